import type { AST } from "toml-eslint-parser";
import { lineEnd, lineStart, startsWith, type Entry, type Layout } from "./toml-nodes.ts";
import type { Splice } from "./toml-splice.ts";

/** Takes away the values at these paths: tables with their sub-tables, keys with their lines. */
export function deletions(layout: Layout, paths: readonly (readonly string[])[]): readonly Splice[] {
  const goes = (path: readonly string[]): boolean => paths.some((each) => startsWith(path, each));
  const blocks = layout.tables.filter((table) => goes(table.path)).map(({ start, end }) => ({ start, end }));
  const outside = layout.entries.filter((entry) => goes(entry.path) && !blocks.some(({ start, end }) => entry.node.range[0] >= start && entry.node.range[0] < end));
  const outermost = outside.filter((entry) => !outside.some((other) => other !== entry && contains(other.node, entry.node)));
  return [...mergeBlocks(blocks, layout.text).map((block) => withSpace(block, layout.text)), ...outermost.map((entry) => entryDeletion(entry, layout.text))];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function contains(outer: AST.TOMLKeyValue, inner: AST.TOMLKeyValue): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

/** Blocks with nothing but white space between them go together. */
function mergeBlocks(blocks: readonly Range[], text: string): readonly Range[] {
  const merged: Range[] = [];
  for (const block of blocks) {
    const last = merged.at(-1);
    if (last !== undefined && text.slice(last.end, block.start).trim() === "") merged[merged.length - 1] = { start: last.start, end: block.end };
    else merged.push(block);
  }
  return merged;
}

/** The blank line before a block came with it; at the end of a text without a last line end, that line end did too. */
function withSpace({ start, end }: Range, text: string): Splice {
  const before = text.slice(0, start);
  if (end === text.length && !text.endsWith("\n")) return { start: start - (/(\r?\n){1,2}$/.exec(before)?.[0].length ?? 0), end, text: "" };
  const blank = /(?:^|\n)(\r?\n)$/.exec(before)?.[1] ?? "";
  return { start: start - blank.length, end, text: "" };
}

function entryDeletion({ node, inline }: Entry, text: string): Splice {
  if (inline !== undefined) return inlineDeletion(node, inline, text);
  const start = lineStart(text, node.range[0]);
  const end = lineEnd(text, node.range[1]);
  // The last line of a text without a last line end takes the one before with it.
  const lead = end === text.length && !text.endsWith("\n") ? (/\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0) : 0;
  return { start: start - lead, end, text: "" };
}

function inlineDeletion(node: AST.TOMLKeyValue, inline: AST.TOMLInlineTable, text: string): Splice {
  const index = inline.body.indexOf(node);
  const next = inline.body[index + 1];
  const previous = inline.body[index - 1];
  if (next !== undefined) return { start: node.range[0], end: next.range[0], text: "" };
  if (previous !== undefined) return { start: previous.range[1], end: node.range[1], text: "" };
  return { start: inline.range[0], end: inline.range[1], text: text.slice(inline.range[0], inline.range[0]) + "{}" };
}
