import { parseTOML, type AST } from "toml-eslint-parser";

export type Path = readonly string[];

/** A `key = value` with its whole path in the document. */
export interface Entry {
  readonly path: Path;
  /** What the written key is relative to: the path of its table or inline table. */
  readonly base: Path;
  readonly node: AST.TOMLKeyValue;
  /** The inline table it stands in. */
  readonly inline: AST.TOMLInlineTable | undefined;
}

/** A `[table]` (or one of a `[[list]]`) and where its text stands; offsets are starts of lines, or the end of the text. */
export interface Table {
  readonly path: Path;
  readonly node: AST.TOMLTable;
  readonly isArray: boolean;
  readonly start: number;
  /** After the line of its last key. */
  readonly end: number;
  /** After the comments below its last key that belong to it. */
  readonly tail: number;
}

export interface Layout {
  readonly text: string;
  readonly tables: readonly Table[];
  readonly entries: readonly Entry[];
  /** Where comments begin. */
  readonly comments: readonly number[];
  /** The line ending for what is added. */
  readonly eol: string;
}

/** Where everything stands in a TOML text (without byte order mark) that is known to be valid. */
export function layoutOf(text: string, eol: string): Layout {
  const tables: Table[] = [];
  const entries: Entry[] = [];
  const program = parseTOML(text);
  for (const node of program.body[0].body) {
    if (node.type === "TOMLKeyValue") {
      entries.push(...entriesOf(node, [], undefined));
      continue;
    }
    const path = node.resolvedKey.map(String);
    tables.push(tableOf(node, path, text));
    for (const member of node.body) entries.push(...entriesOf(member, path, undefined));
  }
  return { text, tables, entries, comments: program.comments.map(({ range }) => range[0]), eol };
}

function tableOf(node: AST.TOMLTable, path: Path, text: string): Table {
  const last = node.body.at(-1);
  const end = lineEnd(text, last === undefined ? node.key.range[1] : last.range[1]);
  const start = lineStart(text, node.range[0]);
  return { path, node, isArray: node.kind === "array", start, end, tail: tailOf(text, end) };
}

/** Comments right below a table's last key are its own, unless the next header follows them without a blank line. */
function tailOf(text: string, end: number): number {
  let tail = end;
  while (/^[ \t]*#/.test(text.slice(tail, lineEnd(text, tail)))) tail = lineEnd(text, tail);
  const isNextHeaders = /^[ \t]*\[/.test(text.slice(tail, lineEnd(text, tail)));
  return isNextHeaders ? end : tail;
}

function entriesOf(node: AST.TOMLKeyValue, base: Path, inline: AST.TOMLInlineTable | undefined): readonly Entry[] {
  const keys = node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
  const path = [...base, ...keys];
  const entry = { path, base, node, inline };
  const table = node.value;
  if (table.type !== "TOMLInlineTable") return [entry];
  return [entry, ...table.body.flatMap((member) => entriesOf(member, path, table))];
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Behind the line's end, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => path[index] === key);
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && startsWith(a, b);
}
