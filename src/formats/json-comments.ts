import type { Container } from "./json-tree.ts";

const COMMENT = /\/\/[^\r\n]*|\/\*[^]*?\*\//g;

/** The comments of a text that has no strings in it. */
export function commentsIn(text: string): readonly string[] {
  return text.match(COMMENT) ?? [];
}

/** White space and comments up to the end of the last comment; white space that ends a line comment belongs to it. */
export function upToLastComment(text: string): string {
  let end = 0;
  for (const comment of text.matchAll(COMMENT)) end = comment.index + comment[0].length;
  return text.slice(0, end);
}

/** The text of a container of the file without its entries: white space, comments and commas. */
export function betweenEntries(text: string, container: Container): string {
  const parts: string[] = [];
  let from = container.start + 1;
  for (const entry of container.entries) {
    if (entry.start < 0) break;
    parts.push(text.slice(from, entry.start));
    from = entry.valueEnd;
  }
  parts.push(text.slice(from, container.end - 1));
  return parts.join("\n");
}

/** The end of the last comment that starts on the line of an offset, with nothing but space between; else the offset. */
export function endOfLineComments(text: string, offset: number): number {
  let end = offset;
  for (let at = skipSpaces(text, end); text[at] === "/"; at = skipSpaces(text, end)) {
    end = text[at + 1] === "/" ? lineEnd(text, at) : text.indexOf("*/", at + 2) + 2;
  }
  return end;
}

/** The next offset that is no space or tab. */
export function skipSpaces(text: string, offset: number): number {
  let at = offset;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}

function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at += 1;
  return at;
}
