import { isCollection, isMap, isSeq } from "yaml";
import type { YAMLMap, YAMLSeq } from "yaml";
import { isObject, type Json } from "../core/json.ts";
import { entriesOf, isFlow, layoutOf, type Entry } from "../formats/yaml-layout.ts";
import { endOfEntry, indentAt, lineEndAt, lineStartAt, nextLineAt } from "../formats/yaml-lines.ts";
import type { Block, Member, Sheet } from "./layout.ts";
import { entryKey, shapeOf, type Place } from "./manifest-shapes.ts";

/**
 * The entries of a manifest's text with what is written around them; undefined when its top is not a map in block style. `data`: in
 * the long form. `text`: lines end with "\n", no byte order mark. Printing it gives the same text.
 */
export function readLayout(text: string, data: Json): Sheet | undefined {
  const { document } = layoutOf(text);
  const { contents } = document;
  if (contents === null) return { header: linesOf(text), block: { kind: "map", indent: 0, members: [] }, footer: [] };
  if (!isMap(contents) || isFlow(contents)) return undefined;
  const read = readBlock({ text, from: 0, around: 0, place: [] }, contents, data);
  const [first, ...rest] = read?.block.members ?? [];
  if (read === undefined || first === undefined) return undefined;
  const header = linesOf(text.slice(0, lineStartAt(text, entriesOf(contents)[0]?.start ?? 0)));
  return {
    header,
    block: { ...read.block, members: [{ ...first, lead: [] }, ...rest] },
    footer: linesOf(text.slice(read.end)),
  };
}

interface Region {
  readonly text: string;
  /** Where the block's lines begin. */
  readonly from: number;
  /** Columns that the block around it is indented. */
  readonly around: number;
  readonly place: Place;
}

interface Read {
  readonly block: Block;
  /** Where the lines of its last entry end. */
  readonly end: number;
}

function readBlock(region: Region, container: YAMLMap | YAMLSeq, data: Json): Read | undefined {
  const { text, around, place } = region;
  const entries = entriesOf(container);
  const [first] = entries;
  if (first === undefined) return undefined;
  const column = indentAt(text, first.start).length;
  const members: Member[] = [];
  let from = region.from;
  for (const [at, entry] of entries.entries()) {
    const named = nameOf(entry, at, data, place);
    const lead = linesOf(text.slice(from, Math.max(from, lineStartAt(text, entry.start))), column);
    const isStrange = lead.some((line) => !isBlank(line)) && (place.length > 0 || at > 0);
    if (named === undefined || isStrange) return undefined;
    const end = afterLine(text, endOfEntry(text, entry, first.start));
    members.push({
      id: named.id,
      lead,
      data: named.data,
      ...readMember({ ...region, from: column }, { entry, end, ...named }),
    });
    from = end;
  }
  const isUnique = new Set(members.map(({ id }) => id)).size === members.length;
  const kind = isMap(container) ? "map" : "seq";
  return isUnique ? { block: { kind, indent: column - around, members }, end: from } : undefined;
}

const isBlank = (line: string) => /^\s*(#.*)?$/.test(line);

interface Named {
  readonly id: string;
  readonly data: Json;
}

/** Undefined for what no name can tell apart: then its list or map is one value. */
function nameOf(entry: Entry, at: number, data: Json, place: Place): Named | undefined {
  if (entry.key !== undefined) {
    const value = isObject(data) && Object.hasOwn(data, entry.key) ? data[entry.key] : undefined;
    // Written, but nothing in the long form: an empty section.
    return entry.key === MERGE_KEY || entry.key === "" ? undefined : { id: entry.key, data: value ?? null };
  }
  const item: Json | undefined = Array.isArray(data) ? (data as readonly Json[])[at] : undefined;
  const id = entryKey(place);
  const name = id !== undefined && isObject(item) ? item[id] : item;
  return item === undefined || typeof name !== "string" || name === "" ? undefined : { id: name, data: item };
}

/** How `keyText` shows `<<`: the members that it brings are written elsewhere. */
const MERGE_KEY = "Symbol(<<)";

interface Found extends Named {
  readonly entry: Entry;
  readonly end: number;
}

type Body = Pick<Member, "head" | "trail" | "tail" | "inner" | "isInline">;

/** `region.from`: the column of the block that it is in. */
function readMember(region: Region, found: Found): Body {
  const { text } = region;
  const { entry, end } = found;
  return readInner(region, found) ?? readLeaf(text, entry, { column: region.from, end });
}

function readLeaf(text: string, entry: Entry, { column, end }: { column: number; end: number }): Body {
  const stop = trimmed(text, entry);
  const lineEnd = lineEndAt(text, stop);
  return {
    head: linesOf(`${text.slice(entry.start, stop)}\n`, column).join("\n"),
    trail: text.slice(stop, lineEnd),
    tail: linesOf(text.slice(Math.min(end, nextLineAt(text, lineEnd)), end), column),
    inner: undefined,
    isInline: false,
  };
}

function readInner(region: Region, { entry, id, data, end }: Found): Body | undefined {
  const { text } = region;
  const { value } = entry;
  if (!isCollection(value) || isFlow(value as YAMLMap) || !(isMap(value) || isSeq(value))) return undefined;
  const place = [...region.place, id];
  if (isSeq(value) && !["entry", "word"].includes(shapeOf(place).by)) return undefined;
  const start = entriesOf(value)[0]?.start;
  if (start === undefined) return undefined;
  const lineEnd = lineEndAt(text, entry.start);
  const isInline = start <= lineEnd;
  const from = isInline ? start : nextLineAt(text, lineEnd);
  const read = readBlock({ text, from, around: region.from, place }, value, data);
  if (read === undefined) return undefined;
  const tail = linesOf(text.slice(read.end, Math.max(read.end, end)), region.from);
  if (isInline) return { head: text.slice(entry.start, start), trail: "", tail, inner: read.block, isInline };
  const line = text.slice(entry.start, lineEnd);
  const colon = (entry.afterColon ?? entry.start + 1) - entry.start;
  const trail = /(?:\s+#.*|\s+)$/.exec(line.slice(colon))?.[0] ?? "";
  return { head: line.slice(0, line.length - trail.length), trail, tail, inner: read.block, isInline };
}

function trimmed(text: string, { start, end }: Entry): number {
  let last = end;
  while (last > start + 1 && /\s/.test(text[last - 1] ?? "")) last -= 1;
  return last;
}

const afterLine = (text: string, lineEnd: number) => Math.min(text.length, nextLineAt(text, lineEnd));

/** The lines of a text without their ends; up to `column` blanks are taken from the start of each. */
function linesOf(text: string, column = 0): readonly string[] {
  if (text === "") return [];
  const blanks = new RegExp(`^ {0,${column}}`);
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.replace(blanks, ""));
}
