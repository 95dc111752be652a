/** Byte order mark, as it appears in decoded text. */
export const BOM = "\uFEFF";

/** The line ending a text uses: that of its first line, "\n" when it has none. */
export function lineEnding(text: string): "\r\n" | "\n" {
  const end = text.indexOf("\n");
  return end > 0 && text[end - 1] === "\r" ? "\r\n" : "\n";
}

/** 1-based line and column (UTF-16 units) of an offset. */
export function placeAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    line += 1;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}
