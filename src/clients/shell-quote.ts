/** A word as a POSIX shell reads it back unchanged: as it is when it is harmless, else in single quotes. */
export function quoteForShell(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
