import type { YAMLMap, YAMLSeq } from "yaml";
import {
  brackets,
  containerAt,
  entriesOf,
  entryAt,
  isFlow,
  type Entry,
  type Layout,
  type Path,
} from "./yaml-layout.ts";
import { endOfEntry, isFirstOnLine, lineStartAt, nextLineAt, splice } from "./yaml-lines.ts";

/** The text without one entry of the container at `path`. The last entry of a block leaves `[]` or `{}` after the key. */
export function remove(layout: Layout, path: Path, key: string | number): string {
  const container = containerAt(layout, path);
  const entries = container === undefined ? [] : entriesOf(container);
  const entry = container === undefined ? undefined : entryAt(container, key);
  if (container === undefined || entry === undefined) return layout.text;
  const at = entries.indexOf(entries.find(({ start }) => start === entry.start) ?? entry);
  if (isFlow(container)) return removeFromFlow(layout.text, container, at);
  return entries.length === 1 ? removeLast(layout, path, entry) : removeFromBlock(layout.text, entries, at);
}

function removeFromBlock(text: string, entries: readonly Entry[], at: number): string {
  const entry = entries[at];
  const first = entries[0];
  if (entry === undefined || first === undefined) return text;
  const next = entries[at + 1];
  if (isFirstOnLine(text, entry.start)) return removeLines(text, entry.start, endOfEntry(text, entry, first.start));
  return next === undefined ? text : splice(text, { start: entry.start, end: next.start, text: "" });
}

/** Whole lines; at the end of a text without a last line ending, the line ending before goes instead. */
function removeLines(text: string, start: number, end: number): string {
  const from = lineStartAt(text, start);
  const to = nextLineAt(text, end);
  const isAtEnd = to === text.length && !text.endsWith("\n");
  return splice(text, { start: isAtEnd ? beforeLineEnding(text, from) : from, end: to, text: "" });
}

function beforeLineEnding(text: string, lineStart: number): number {
  if (lineStart === 0) return 0;
  return text[lineStart - 2] === "\r" ? lineStart - 2 : lineStart - 1;
}

function removeLast(layout: Layout, path: Path, entry: Entry): string {
  const { text } = layout;
  const key = path.at(-1);
  const parent = containerAt(layout, path.slice(0, -1));
  const member = key === undefined || parent === undefined ? undefined : entryAt(parent, key);
  if (member?.afterColon === undefined) return text;
  const empty = entry.key === undefined ? " []" : " {}";
  const without = removeLines(text, entry.start, endOfEntry(text, entry, entry.start));
  return splice(without, { start: member.afterColon, end: member.afterColon, text: empty });
}

function removeFromFlow(text: string, container: YAMLMap | YAMLSeq, at: number): string {
  const entries = entriesOf(container);
  const entry = entries[at];
  if (entry === undefined) return text;
  const next = entries[at + 1];
  const previous = entries[at - 1];
  if (previous !== undefined && !hasComment(text.slice(previous.end, entry.start))) {
    return splice(text, { start: previous.end, end: entry.end, text: "" });
  }
  if (next !== undefined && !hasComment(text.slice(entry.end, next.start))) {
    return splice(text, { start: entry.start, end: next.start, text: "" });
  }
  return removeAlone(text, entry, brackets(container));
}

const hasComment = (between: string) => /\s#/.test(between);

/** The only one, or one with comments on both sides: itself, its comma, and the padding of `{ key: value }`. */
function removeAlone(
  text: string,
  entry: Entry,
  { open, close }: { readonly open: number; readonly close: number },
): string {
  const comma = /^\s*,/.exec(text.slice(entry.end, close - 1))?.[0].length ?? 0;
  const end = entry.end + comma;
  const isPadded =
    entry.key !== undefined && entry.start === open + 2 && text[entry.start - 1] === " " && text[end] === " ";
  const padding = isPadded ? 1 : 0;
  return splice(text, { start: entry.start - padding, end: end + padding, text: "" });
}
