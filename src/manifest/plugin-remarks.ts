/** Begins a comment of a plugin.yaml that atk made from a foreign layout: what the layout has and no plugin can hold. */
export const REMARK = "# Left out: ";

/** The remarks at the top of a description, one sentence each; none in one that a person wrote. */
export function remarksIn(text: string): readonly string[] {
  const remarks: string[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("#")) break;
    if (line.startsWith(REMARK)) remarks.push(line.slice(REMARK.length).trimEnd());
  }
  return remarks;
}
