import { parseTOML, type AST } from "toml-eslint-parser";

type Node = AST.TOMLKeyValue | AST.TOMLTable;

/** A `key = value` with its whole path in the document. */
export interface Entry {
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
  /** The inline table it stands in. */
  readonly inline: AST.TOMLInlineTable | undefined;
}

/** A `[table]` with the last offset that is its own. */
export interface Table {
  readonly path: readonly string[];
  readonly node: AST.TOMLTable;
  readonly isArray: boolean;
  /** Start of the header's line, and end of its last line (its line end included). */
  readonly start: number;
  readonly end: number;
}

export interface Layout {
  readonly text: string;
  readonly tables: readonly Table[];
  readonly entries: readonly Entry[];
}

/** Where everything stands in a TOML text that is known to be valid. */
export function layoutOf(text: string): Layout {
  const tables: Table[] = [];
  const entries: Entry[] = [];
  const [top] = parseTOML(text).body;
  for (const node of top.body as readonly Node[]) {
    if (node.type === "TOMLKeyValue") collect(node, [], undefined, entries);
    else collectTable(node, text, tables, entries);
  }
  return { text, tables, entries };
}

function collectTable(node: AST.TOMLTable, text: string, tables: Table[], entries: Entry[]): void {
  const path = node.resolvedKey.map(String);
  const last = node.body.at(-1);
  const end = lineEnd(text, last === undefined ? node.key.range[1] : last.range[1]);
  tables.push({ path, node, isArray: node.kind === "array", start: lineStart(text, node.range[0]), end });
  for (const member of node.body) collect(member, path, undefined, entries);
}

function collect(node: AST.TOMLKeyValue, base: readonly string[], inline: AST.TOMLInlineTable | undefined, entries: Entry[]): void {
  const keys = node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
  const path = [...base, ...keys];
  entries.push({ path, node, inline });
  if (node.value.type !== "TOMLInlineTable") return;
  for (const member of node.value.body) collect(member, path, node.value, entries);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Behind the line's end, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

export function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => path[index] === key);
}

export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && startsWith(a, b);
}
