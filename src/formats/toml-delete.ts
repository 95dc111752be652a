import type { AST } from "toml-eslint-parser";
import { lineEnd, lineStart, startsWith, type Entry, type Layout, type Path } from "./toml-nodes.ts";
import type { Splice } from "./toml-splice.ts";

export interface Removal {
  /** Tables with their sub-tables, and keys with their lines. */
  readonly paths: readonly Path[];
  /** Headers of tables that lose their last own key, and nothing else of them. */
  readonly headers: readonly Path[];
  /** What an inline table held before edits filled it. */
  innerOf(path: Path): string;
}

/** Takes values away. Comments stay, but for those inside a table that goes and behind a key that goes. */
export function deletions(layout: Layout, { paths, headers, innerOf }: Removal): readonly Splice[] {
  const { text } = layout;
  const goes = (path: Path): boolean => paths.some((each) => startsWith(path, each));
  const isHeader = (path: Path): boolean =>
    headers.some((each) => each.length === path.length && startsWith(path, each));
  const blocks = layout.tables
    .filter(({ path, isArray }) => goes(path) || (!isArray && isHeader(path)))
    .map(({ start, tail }): Range => ({ start, end: tail }));
  const inBlock = ({ node }: Entry): boolean =>
    blocks.some(({ start, end }) => node.range[0] >= start && node.range[0] < end);
  const loose = layout.entries.filter((entry) => goes(entry.path) && !inBlock(entry));
  const outermost = loose.filter(({ node }) => !loose.some((other) => other.node !== node && holds(other.node, node)));
  return [
    ...joined(blocks, text).map((block) => blockDeletion(block, text)),
    ...joined(
      outermost.filter(({ inline }) => inline === undefined).map((entry) => linesOf(entry, text)),
      text,
      "",
    ).map((lines) => lineDeletion(lines, text)),
    ...inlineDeletions(outermost, text, innerOf),
  ];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function holds(outer: AST.TOMLKeyValue, inner: AST.TOMLKeyValue): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

/** Ranges with nothing but white space (or exactly `between`) between them go together. */
function joined(ranges: readonly Range[], text: string, between?: string): readonly Range[] {
  const merged: Range[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    const gap = last === undefined ? undefined : text.slice(last.end, range.start);
    if (last === undefined || (between === undefined ? gap?.trim() !== "" : gap !== between)) merged.push(range);
    else merged[merged.length - 1] = { start: last.start, end: range.end };
  }
  return merged;
}

/** The blank line before a block came with it; at the end of a text without a last line end, that line end did too. */
function blockDeletion({ start, end }: Range, text: string): Splice {
  const before = text.slice(0, start);
  if (end === text.length && !text.endsWith("\n")) {
    return { start: start - (/(\r?\n){1,2}$/.exec(before)?.[0].length ?? 0), end, text: "" };
  }
  if (start === 0) return { start, end: end + (/^\r?\n/.exec(text.slice(end))?.[0].length ?? 0), text: "" };
  const blank = /(?:^|\n)(\r?\n)$/.exec(before)?.[1] ?? "";
  return { start: start - blank.length, end, text: "" };
}

function linesOf({ node }: Entry, text: string): Range {
  return { start: lineStart(text, node.range[0]), end: lineEnd(text, node.range[1]) };
}

/** The last line of a text without a last line end takes the one before with it. */
function lineDeletion({ start, end }: Range, text: string): Splice {
  const isOpenEnd = end === text.length && !text.endsWith("\n");
  const lead = isOpenEnd ? (/\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0) : 0;
  return { start: start - lead, end, text: "" };
}

function inlineDeletions(entries: readonly Entry[], text: string, innerOf: Removal["innerOf"]): readonly Splice[] {
  const tables = new Map<AST.TOMLInlineTable, Entry[]>();
  for (const entry of entries) {
    if (entry.inline === undefined) continue;
    tables.set(entry.inline, [...(tables.get(entry.inline) ?? []), entry]);
  }
  return [...tables].flatMap(([table, gone]) => {
    if (gone.length < table.body.length) return runsIn(table, new Set(gone.map(({ node }) => node)), text);
    const inner = innerOf(gone[0]?.base ?? []);
    return [{ start: table.range[0], end: table.range[1], text: `{${inner}}` }];
  });
}

/** Members that stand side by side go with the comma behind them, at the end of the table with the one before them. */
function runsIn(table: AST.TOMLInlineTable, gone: ReadonlySet<AST.TOMLKeyValue>, text: string): readonly Splice[] {
  const splices: Splice[] = [];
  const { body } = table;
  for (let from = 0; from < body.length; from += 1) {
    let to = from;
    while (isIn(gone, body[to])) to += 1;
    const [first, last, next, previous] = [body[from], body[to - 1], body[to], body[from - 1]];
    if (to === from || first === undefined || last === undefined) continue;
    if (next !== undefined) splices.push({ start: first.range[0], end: next.range[0], text: "" });
    else splices.push({ start: previous?.range[1] ?? first.range[0], end: last.range[1], text: "" });
    from = to;
  }
  return splices.filter(({ start, end }) => text.slice(start, end) !== "");
}

function isIn(gone: ReadonlySet<AST.TOMLKeyValue>, node: AST.TOMLKeyValue | undefined): boolean {
  return node !== undefined && gone.has(node);
}
