import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { lineEnd, samePath, startsWith, type Entry, type Layout, type Path } from "./toml-nodes.ts";
import { printKey, printTable, printValue } from "./toml-print.ts";
import type { Splice } from "./toml-splice.ts";

export interface Addition {
  readonly path: Path;
  readonly value: Json;
}

export interface Added {
  readonly splices: readonly Splice[];
  /** Headers that were written only to hold an added key. */
  readonly headers: readonly Path[];
}

/**
 * Puts in values that are not there yet: in the inline table that is there, as a line beside the keys of their table, or (maps) as
 * tables of their own behind the last table of the same family, else at the end.
 */
export function additions(layout: Layout, added: readonly Addition[]): Added {
  const inline = new Map<Entry, string[]>();
  const lines: Splice[] = [];
  const tables = new Map<string, { readonly path: Path; readonly value: JsonObject; readonly isHeaderOnly: boolean }>();
  for (const { path, value } of added) {
    const parent = path.slice(0, -1);
    const key = path.at(-1) ?? "";
    const holder = inlineHolder(layout, parent);
    const at = isObject(value) ? undefined : lineFor(layout, parent);
    if (holder !== undefined) {
      const member = `${dotted(path.slice(holder.path.length))} = ${printValue(value)}`;
      inline.set(holder, [...(inline.get(holder) ?? []), member]);
    } else if (isObject(value)) tables.set(JSON.stringify(path), { path, value, isHeaderOnly: false });
    else if (at !== undefined) {
      lines.push(lineInsertion(layout, at.offset, `${dotted(path.slice(at.base))} = ${printValue(value)}`));
    } else {
      const known = tables.get(JSON.stringify(parent))?.value ?? {};
      tables.set(JSON.stringify(parent), { path: parent, value: { ...known, [key]: value }, isHeaderOnly: true });
    }
  }
  const fresh = [...tables.values()];
  return {
    splices: [...inlineInsertions(inline), ...lines, ...tableInsertions(layout, fresh)],
    headers: fresh.filter(({ isHeaderOnly }) => isHeaderOnly).map(({ path }) => path),
  };
}

/** The innermost inline table that an added member of `parent` has to go into. */
function inlineHolder({ entries }: Layout, parent: Path): Entry | undefined {
  const holders = entries.filter(({ path, node }) => node.value.type === "TOMLInlineTable" && startsWith(parent, path));
  return holders.at(-1);
}

interface LinePlace {
  readonly offset: number;
  /** How much of the path the place says already. */
  readonly base: number;
}

/** Behind the last key of the table, of the document's top, or of the dotted keys that make up the table. */
function lineFor({ text, tables, entries }: Layout, parent: Path): LinePlace | undefined {
  const table = tables.find(({ path, isArray }) => !isArray && samePath(path, parent));
  if (table !== undefined) return { offset: table.end, base: parent.length };
  const isTop = parent.length === 0;
  const siblings = entries.filter(({ path, base, inline }) => {
    if (inline !== undefined) return false;
    return isTop ? base.length === 0 : startsWith(path, parent) && base.length < parent.length;
  });
  const last = siblings.at(-1);
  if (last !== undefined) return { offset: lineEnd(text, last.node.range[1]), base: last.base.length };
  return isTop ? { offset: topOf(text), base: 0 } : undefined;
}

/** Before everything but the comments that open the document. */
function topOf(text: string): number {
  const opening = /^(?:[ \t]*#[^\n]*\n)+(?=\r?\n)/.exec(text)?.[0].length;
  return opening === undefined ? 0 : lineEnd(text, opening);
}

const dotted = (path: Path): string => path.map(printKey).join(".");

function lineInsertion({ text, eol }: Layout, at: number, line: string): Splice {
  const isClosed = at === 0 || text[at - 1] === "\n";
  return { start: at, end: at, text: isClosed ? line + eol : eol + line };
}

function inlineInsertions(members: ReadonlyMap<Entry, readonly string[]>): readonly Splice[] {
  return [...members].flatMap(([{ node }, added]): readonly Splice[] => {
    if (node.value.type !== "TOMLInlineTable") return [];
    const [start, end] = node.value.range;
    const last = node.value.body.at(-1)?.range[1];
    if (last === undefined) return [{ start, end, text: `{ ${added.join(", ")} }` }];
    return [{ start: last, end: last, text: added.map((member) => `, ${member}`).join("") }];
  });
}

/** One blank line before each; a text that ends without a line end still does afterwards, and a blank text begins with the first. */
function tableInsertions(
  layout: Layout,
  fresh: readonly { readonly path: Path; readonly value: JsonObject }[],
): readonly Splice[] {
  const { text, eol } = layout;
  return fresh.map(({ path, value }, index) => {
    const block = printTable(path, value, eol);
    const at = placeFor(layout, path);
    if (text === "") return { start: 0, end: 0, text: (index === 0 ? "" : eol) + block + eol };
    const isOpenEnd = at === text.length && !text.endsWith("\n");
    return { start: at, end: at, text: isOpenEnd ? eol + eol + block : eol + block + eol };
  });
}

/** Behind the last table of the same family; else at the end. */
function placeFor({ tables, text }: Layout, path: Path): number {
  const family = path.length < 2 ? [] : tables.filter((table) => startsWith(table.path, path.slice(0, -1)));
  return family.at(-1)?.tail ?? text.length;
}
