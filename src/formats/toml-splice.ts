/** One replacement in a text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** All replacements at once; they must not overlap. Those at one place are done in the order given. */
export function splice(text: string, splices: readonly Splice[]): string {
  const ordered = splices
    .map((each, index) => ({ ...each, index }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: inserted } of ordered) {
    parts.push(text.slice(at, Math.max(at, start)), inserted);
    at = Math.max(at, end);
  }
  return parts.join("") + text.slice(at);
}
