export interface AddedHunk {
  /** The line that got a comma; "" when none did. */
  readonly changed: string;
  readonly added: readonly string[];
}

/** The lines added in one place behind a line that at most got a comma; throws when anything else differs. */
export function addedHunk(before: string, after: string): AddedHunk {
  const old = before.split("\n");
  const now = after.split("\n");
  let head = 0;
  while (head < old.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const replaced = old.slice(head, old.length - tail);
  const lines = now.slice(head, now.length - tail);
  const [first = ""] = lines;
  if (replaced.length === 0) return { changed: "", added: lines };
  if (replaced.length !== 1 || !onlyAComma(replaced[0] ?? "", first))
    throw new Error(`changed:\n${replaced.join("\n")}\nto:\n${lines.join("\n")}`);
  return { changed: first, added: lines.slice(1) };
}

function onlyAComma(before: string, after: string): boolean {
  for (let at = after.indexOf(","); at !== -1; at = after.indexOf(",", at + 1)) {
    if (after.slice(0, at) + after.slice(at + 1) === before) return true;
  }
  return false;
}
