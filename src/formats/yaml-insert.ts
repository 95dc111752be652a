import type { YAMLMap, YAMLSeq } from "yaml";
import type { Json } from "../core/json.ts";
import { lineEnding } from "./text.ts";
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
import { printFlow, printItem, printMember, printScalar } from "./yaml-print.ts";
import { endOfEntry, indentAt, isFirstOnLine, splice } from "./yaml-lines.ts";

/** An item for a list, or a member for a map. */
export interface Addition {
  readonly key?: string;
  readonly value: Json;
  /** false: a map as value is written on one line. */
  readonly isSpread?: boolean;
}

/**
 * The text with one more entry at the end of the container at `path`. An empty `[]` or `{}` becomes a block; a container
 * that is missing at the top level, or has no value, is begun.
 */
export function insert(layout: Layout, path: Path, addition: Addition): string {
  const container = containerAt(layout, path);
  if (container === undefined) return beginContainer(layout, path, addition);
  if (!isFlow(container)) return insertInBlock(layout, container, addition);
  return canBecomeBlock(layout, path, container)
    ? insertUnderKey(layout, path, addition)
    : insertInFlow(layout, container, addition);
}

/** Several entries at once, where the container is a block that has some already; cost: one parse. */
export function insertAll(text: string, layoutAt: (text: string) => Layout, { path, additions }: Additions): string {
  const [first, ...rest] = additions;
  if (first === undefined) return text;
  const begun = insert(layoutAt(text), path, first);
  if (rest.length === 0) return begun;
  const layout = layoutAt(begun);
  const container = containerAt(layout, path);
  if (container === undefined || isFlow(container)) return insertAll(begun, layoutAt, { path, additions: rest });
  return insertInBlock(layout, container, ...rest);
}

export interface Additions {
  readonly path: Path;
  readonly additions: readonly Addition[];
}

function insertInBlock(layout: Layout, container: YAMLMap | YAMLSeq, ...additions: readonly Addition[]): string {
  const { text } = layout;
  const last = entriesOf(container).at(-1);
  const first = entriesOf(container)[0];
  if (last === undefined || first === undefined) return text;
  const at = endOfEntry(text, last, first.start);
  const eol = lineEnding(text);
  return splice(text, {
    start: at,
    end: at,
    text: additions.map((addition) => eol + lines(addition, indentAt(text, first.start)).join(eol)).join(""),
  });
}

function lines({ key, value, isSpread = true }: Addition, indent: string): readonly string[] {
  if (key === undefined) return isSpread ? printItem(value, indent) : [`${indent}- ${printFlow(value)}`];
  return isSpread ? printMember(key, value, indent) : [`${indent}${inline({ key, value })}`];
}

const inline = ({ key, value }: Addition) => (key === undefined ? "" : `${printScalar(key)}: `) + printFlow(value);

function insertInFlow({ text }: Layout, container: YAMLMap | YAMLSeq, addition: Addition): string {
  const { open, close } = brackets(container);
  const last = entriesOf(container).at(-1);
  const printed = inline(addition);
  if (last === undefined) {
    const padded = addition.key === undefined ? printed : ` ${printed} `;
    return splice(text, { start: open + 1, end: open + 1, text: padded });
  }
  const comma = trailingComma(text.slice(last.end, close - 1));
  const before = isFirstOnLine(text, last.start) ? lineEnding(text) + indentAt(text, last.start) : " ";
  const at = last.end + (comma ?? 0);
  return splice(text, {
    start: at,
    end: at,
    text: comma === undefined ? `,${before}${printed}` : `${before}${printed},`,
  });
}

/** Length of the text up to and with a trailing comma; undefined when there is none. */
function trailingComma(rest: string): number | undefined {
  return /^\s*,/.exec(rest)?.[0].length;
}

/** Only the plain `key: []` in a block map, so that taking the last entry away can give it back. */
function canBecomeBlock(layout: Layout, path: Path, container: YAMLMap | YAMLSeq): boolean {
  const member = memberOf(layout, path);
  if (member?.afterColon === undefined || member.isInFlow || entriesOf(container).length > 0) return false;
  const written = layout.text.slice(member.afterColon, member.end);
  return written === " []" || written === " {}";
}

function memberOf(layout: Layout, path: Path): (Entry & { readonly isInFlow: boolean }) | undefined {
  const key = path.at(-1);
  const parent = containerAt(layout, path.slice(0, -1));
  const entry = key === undefined || parent === undefined ? undefined : entryAt(parent, key);
  return entry === undefined || parent === undefined ? undefined : { ...entry, isInFlow: isFlow(parent) };
}

/** `key:` with nothing, `[]` or `{}` after it gets its first entry below, after comments that were written below the key. */
function insertUnderKey(layout: Layout, path: Path, addition: Addition): string {
  const { text } = layout;
  const member = memberOf(layout, path);
  if (member?.afterColon === undefined) return text;
  const end = endOfEntry(text, member, member.start);
  const comments = text.slice(member.end, end);
  const eol = lineEnding(text);
  const indent = `${indentAt(text, member.start)}  `;
  const below = eol + lines(addition, indent).join(eol);
  return splice(text, { start: member.afterColon, end, text: comments + below });
}

function beginContainer(layout: Layout, path: Path, addition: Addition): string {
  const member = memberOf(layout, path);
  if (member !== undefined) return insertUnderKey(layout, path, addition);
  const [key, ...deeper] = path;
  if (typeof key !== "string" || deeper.length > 0) return layout.text;
  const value = addition.key === undefined ? [addition.value] : { [addition.key]: addition.value };
  const root = containerAt(layout, []);
  if (root !== undefined && isFlow(root)) return insertInFlow(layout, root, { key, value });
  return appendSection(layout.text, key, addition);
}

/** The line of three dots that ends a document. (YAML 1.2.2, 9.1.4) */
const DOCUMENT_END = /^\.\.\.[ \t]*(?:\r?\n\s*)?$(?![\s\S])/m;

function appendSection(text: string, key: string, addition: Addition): string {
  const eol = lineEnding(text);
  const section = [`${key}:`, ...lines(addition, "  ")].join(eol);
  const end = DOCUMENT_END.exec(text);
  if (end !== null) return splice(text, { start: end.index, end: end.index, text: section + eol });
  const gap = gapBeforeSection(text);
  return gap === "" ? text + section + eol : text + gap + section;
}

/** The line end that has to be added before a section that is put at the end. */
export function gapBeforeSection(text: string): string {
  return text === "" || text.endsWith("\n") || DOCUMENT_END.test(text) ? "" : lineEnding(text);
}
