import type { Entry } from "./yaml-layout.ts";

export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function splice(text: string, { start, end, text: inserted }: Splice): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

export function lineStartAt(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The end of the line an offset is in, before its line ending. */
export function lineEndAt(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  if (end === -1) return text.length;
  return end > offset && text[end - 1] === "\r" ? end - 1 : end;
}

/** The start of the next line. */
export function nextLineAt(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

/** White space as wide as what stands before an offset in its line (a dash counts as white space). */
export function indentAt(text: string, offset: number): string {
  const before = text.slice(lineStartAt(text, offset), offset).replace("\uFEFF", "");
  return before.replaceAll(/\S/g, " ");
}

export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(lineStartAt(text, offset), offset).replace("\uFEFF", "").trim() === "";
}

/**
 * Where the lines of a block entry end: after the comment on its last line and after comment lines below it that are indented
 * deeper than the entries of its container (they were written about its inside).
 */
export function endOfEntry(text: string, entry: Entry, containerStart: number): number {
  const indent = indentAt(text, containerStart).length;
  let end = lineEndAt(text, trimmedEnd(text, entry));
  while (end < text.length) {
    const start = nextLineAt(text, end);
    const line = text.slice(start, lineEndAt(text, start));
    const comment = /^( *)#/.exec(line)?.[1];
    if (comment === undefined || comment.length <= indent) return end;
    end = start + line.length;
  }
  return end;
}

/** Block scalars end after their line ending; the entry ends before it. */
function trimmedEnd(text: string, { start, end }: Entry): number {
  let last = end;
  while (last > start + 1 && /\s/.test(text[last - 1] ?? "")) last -= 1;
  return last;
}
