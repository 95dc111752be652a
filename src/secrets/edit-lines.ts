import { lineEnding } from "../formats/text.ts";
import type { Section } from "./secrets-file.ts";
import { simpleLines, type EntryLine, type Line } from "./simple-lines.ts";

export interface Written {
  readonly section: Section;
  readonly name: string;
  readonly written: string;
}

/** The text with one entry set; undefined where it is not in the simple form of `simpleLines`. */
export function putLine(text: string, entry: Written): string | undefined {
  const lines = simpleLines(text);
  if (lines === undefined) return undefined;
  const there = find(lines, entry.section, entry.name);
  if (there !== undefined) {
    const end = there.writtenStart + there.written.length;
    return text.slice(0, there.writtenStart) + entry.written + text.slice(end);
  }
  const line = `  ${entry.name}: ${entry.written}`;
  const after = lineBefore(lines, entry);
  return after === undefined
    ? insertLines(text, text.length, [`${entry.section}:`, line])
    : insertLines(text, after.next, [line]);
}

/** The text without one entry; undefined where it is not in the simple form. */
export function takeLine(text: string, section: Section, name: string): string | undefined {
  const lines = simpleLines(text);
  if (lines === undefined) return undefined;
  const gone = find(lines, section, name);
  if (gone === undefined) return text;
  return withoutLines(text, { start: lonelyHeader(lines, gone)?.start ?? gone.start, next: gone.next });
}

function find(lines: readonly Line[], section: Section, name: string): EntryLine | undefined {
  return lines
    .filter((line) => line.kind === "entry")
    .find((entry) => entry.section === section && entry.name === name);
}

/** The last entry with a smaller name, else the section's own line: so a comment stays right above what it was written about. */
function lineBefore(lines: readonly Line[], { section, name }: Written): Line | undefined {
  const smaller = lines.findLast((line) => line.kind === "entry" && line.section === section && line.name < name);
  return smaller ?? lines.find((line) => line.kind === "header" && line.section === section);
}

/** The line right above of a section that has nothing left: no other entry, and no comment that was written in it or behind its name. */
function lonelyHeader(lines: readonly Line[], gone: EntryLine): Line | undefined {
  const header = lines.find((line) => line.kind === "header" && line.section === gone.section);
  if (header?.kind !== "header" || header.hasComment) return undefined;
  const after = lines.slice(lines.indexOf(header) + 1);
  const next = after.findIndex((line) => line.kind === "header");
  const inside = (next === -1 ? after : after.slice(0, next)).filter((line) => line !== gone);
  const isEmpty = inside.every((line) => line.kind === "blank" || (line.kind === "comment" && !line.isIndented));
  return isEmpty && after[0] === gone ? header : undefined;
}

/** The last line has a line ending only if the text had one, so that taking them out gives the same bytes back. */
function insertLines(text: string, at: number, lines: readonly string[]): string {
  const eol = lineEnding(text);
  const before = text.slice(0, at);
  const block = lines.join(eol);
  if (before !== "" && !before.endsWith("\n")) return before + eol + block + text.slice(at);
  return before + block + eol + text.slice(at);
}

function withoutLines(text: string, { start, next }: Pick<Line, "start" | "next">): string {
  const isUnended = next === text.length && !text.endsWith("\n");
  const before = text.slice(0, start);
  return (isUnended ? before.replace(/\r?\n$/, "") : before) + text.slice(next);
}
