import { FRESH, type Container, type Entry, type JsonTree } from "./json-tree.ts";
import { lineEnding } from "./text.ts";

/** How new entries of one container are written. */
export interface Layout {
  /** Each entry on a line of its own. */
  readonly multiline: boolean;
  /** White space before an entry, and before the closing bracket. */
  readonly indent: string;
  readonly closing: string;
  /** What one level adds. */
  readonly unit: string;
  readonly eol: string;
  /** Between a key and its value. */
  readonly colon: string;
  /** On one line: behind a comma, and inside the brackets of an object. */
  readonly gap: string;
  readonly pad: string;
  readonly listsOnOneLine: boolean;
}

/** Finds layouts for one tree: the entries that are there decide, then the containers around them, then the file, then two spaces. */
export function layoutsOf(tree: JsonTree): (container: Container) => Layout {
  const { text, listsOnOneLine } = tree;
  const eol = lineEnding(text);
  let fileUnit: string | undefined;
  return (container) => {
    const colon = colonOf(text, container);
    const closing = closingIndent(text, container);
    const multiline = isMultiline(container);
    const unit = unitOf(text, container) ?? (fileUnit ??= firstIndent(text));
    const last = container.inner === undefined ? container.lastOnOwnLine : undefined;
    const indent = last === undefined ? closing + unit : indentAt(text, last.lineStart);
    const spaces = { gap: gapOf(text, container, colon), pad: padOf(text, container) };
    return { multiline, indent, closing, unit, eol, colon, ...spaces, listsOnOneLine };
  };
}

/** The white space at the start of the line of an entry. */
export function indentAt(text: string, lineStart: number): string {
  let end = lineStart;
  while (text[end] === " " || text[end] === "\t") end += 1;
  return text.slice(lineStart, end);
}

function isMultiline({ inner, lastOnOwnLine, home }: Container): boolean {
  if (inner === undefined) return lastOnOwnLine !== undefined;
  return /[\r\n]/.test(inner) || home === undefined || home.parent.lastOnOwnLine !== undefined;
}

function closingIndent(text: string, container: Container): string {
  const tail = /[\r\n]([ \t]*)$/.exec(container.inner ?? "");
  return tail?.[1] ?? outerIndent(text, container);
}

/** The indentation of the line on which a container starts. */
function outerIndent(text: string, container: Container): string {
  let outermost = container;
  for (let entry = container.home; entry !== undefined; entry = entry.parent.home) {
    if (entry.lineStart !== FRESH) return indentAt(text, entry.lineStart);
    outermost = entry.parent;
  }
  return indentAt(text, text.lastIndexOf("\n", outermost.start) + 1);
}

function unitOf(text: string, container: Container): string | undefined {
  for (let at: Container | undefined = container; at !== undefined; at = at.home?.parent) {
    if (at.lastOnOwnLine === undefined) continue;
    const inner = indentAt(text, at.lastOnOwnLine.lineStart);
    const outer = outerIndent(text, at);
    if (inner.startsWith(outer) && inner !== outer) return inner.slice(outer.length);
  }
  return undefined;
}

function firstIndent(text: string): string {
  return /^([ \t]+)[^\s*]/m.exec(text)?.[1] ?? "  ";
}

function colonOf(text: string, container: Container): string {
  for (let at: Container | undefined = container; at !== undefined; at = at.home?.parent) {
    const entry = at.type === "object" ? lastOriginal(at) : memberOfFirstItem(at);
    const colon = entry === undefined ? "" : text.slice(entry.keyEnd, entry.valueStart);
    if (/^[ \t]*:[ \t]*$/.test(colon)) return colon;
  }
  return ": ";
}

function lastOriginal({ entries }: Container): Entry | undefined {
  return entries.findLast((entry) => entry.start !== FRESH);
}

function memberOfFirstItem({ entries }: Container): Entry | undefined {
  const item = entries[0]?.value;
  return item?.type === "object" ? lastOriginal(item) : undefined;
}

function gapOf(text: string, { entries }: Container, colon: string): string {
  const [first, second] = entries;
  const between =
    first === undefined || second === undefined || second.start === FRESH
      ? "\n"
      : text.slice(first.comma + 1, second.start);
  if (/^[ \t]*$/.test(between)) return between;
  return colon.endsWith(" ") ? " " : "";
}

function padOf(text: string, container: Container): string {
  const sample = container.inner === undefined ? container : container.home?.parent;
  const first = sample?.entries[0];
  if (sample?.type !== "object" || first === undefined || first.start === FRESH) return "";
  const pad = text.slice(sample.start + 1, first.start);
  return /^[ \t]*$/.test(pad) ? pad : "";
}
