/** Begins a comment of a plugin.yaml that atk made from a foreign layout: what of the layout reaches agents in another way or not at all. */
export const REMARK = "# Remark: ";

/** The remarks at the top of a description, one sentence each; none in one that a person wrote. */
export function remarksIn(text: string): readonly string[] {
  const remarks: string[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("#")) break;
    if (line.startsWith(REMARK)) remarks.push(line.slice(REMARK.length).trimEnd());
  }
  return remarks;
}
