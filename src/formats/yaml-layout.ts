import { isAlias, isCollection, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from "yaml";
import type { CST, Document, Node, Pair, YAMLMap, YAMLSeq } from "yaml";

export type Path = readonly (string | number)[];

/** A text and its YAML tree, to find where things stand in it. */
export interface Layout {
  readonly text: string;
  readonly document: Document;
}

/** An item of a list or a member of a map: where its text begins (with its dash or key) and ends (without comments). */
export interface Entry {
  readonly start: number;
  readonly end: number;
  readonly key: string | undefined;
  readonly value: unknown;
  /** For members of maps: the offset after the colon. */
  readonly afterColon: number | undefined;
}

export function layoutOf(text: string): Layout {
  const document = parseDocument(text, {
    keepSourceTokens: true,
    merge: true,
    resolveKnownTags: false,
    logLevel: "silent",
    prettyErrors: false,
  });
  return { text, document };
}

/** The list or map at a path, or undefined where there is none (also where the path leads through an alias). */
export function containerAt({ document }: Layout, path: Path): YAMLMap | YAMLSeq | undefined {
  let node: unknown = document.contents;
  for (const key of path) {
    if (!isCollection(node) || isAlias(node)) return undefined;
    const found: unknown = isMap(node) ? node.items.find((pair) => keyText(pair) === key) : node.items[Number(key)];
    node = isPair(found) ? found.value : found;
  }
  return isMap(node) || isSeq(node) ? node : undefined;
}

export function entriesOf(container: YAMLMap | YAMLSeq): readonly Entry[] {
  const token = container.srcToken as CST.BlockMap | CST.BlockSequence | CST.FlowCollection | undefined;
  const tokens: readonly CST.CollectionItem[] = (token?.items ?? []).filter(isContent);
  return container.items.flatMap((item, at) => {
    const source = tokens[at];
    return source === undefined ? [] : [isPair(item) ? memberEntry(item, source) : itemEntry(item as Node, source)];
  });
}

/** Entry by key (maps) or index (lists). */
export function entryAt(container: YAMLMap | YAMLSeq, key: string | number): Entry | undefined {
  const entries = entriesOf(container);
  return typeof key === "number" ? entries[key] : entries.find((entry) => entry.key === key);
}

export const isFlow = (container: YAMLMap | YAMLSeq): boolean => container.flow === true;

/** Offsets of the brackets of a flow container: of the opening one, and after the closing one. */
export function brackets(container: YAMLMap | YAMLSeq): { readonly open: number; readonly close: number } {
  return { open: container.range?.[0] ?? 0, close: container.range?.[1] ?? 0 };
}

/** The last item of a source map may hold only comments and blank lines. */
function isContent(item: CST.CollectionItem): boolean {
  return (
    item.key !== undefined ||
    item.value !== undefined ||
    item.start.some(({ type }) => type === "seq-item-ind" || type === "explicit-key-ind") ||
    (item.sep ?? []).length > 0
  );
}

function memberEntry(pair: Pair, source: CST.CollectionItem): Entry {
  const colon = (source.sep ?? []).find(({ type }) => type === "map-value-ind");
  const afterColon = colon === undefined ? undefined : colon.offset + 1;
  const keyEnd = (pair.key as Node | null)?.range?.[1] ?? contentStart(source);
  const end = Math.max(keyEnd, afterColon ?? 0, endOf(pair.value));
  return { start: contentStart(source), end, key: keyText(pair), value: pair.value, afterColon };
}

function itemEntry(node: Node, source: CST.CollectionItem): Entry {
  const start = contentStart(source);
  return { start, end: Math.max(start + 1, endOf(node)), key: undefined, value: node, afterColon: undefined };
}

const BLANK = new Set(["space", "comment", "newline", "comma"]);

function contentStart(source: CST.CollectionItem): number {
  const mark = source.start.find(({ type }) => !BLANK.has(type));
  return mark?.offset ?? source.key?.offset ?? source.value?.offset ?? 0;
}

/** Where the content of a node ends: trailing comments and blank lines are not content. */
function endOf(node: unknown): number {
  if (!isNode(node) || !node.range) return 0;
  if (isCollection(node) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (isPair(last)) return Math.max(endOf(last.key), endOf(last.value), colonEnd(last));
    return endOf(last);
  }
  if (isScalar(node) && node.source === "" && node.range[0] === node.range[1]) return 0;
  return node.range[1];
}

function colonEnd(pair: Pair): number {
  const source = (pair as { srcToken?: CST.CollectionItem }).srcToken;
  const colon = (source?.sep ?? []).find(({ type }) => type === "map-value-ind");
  return colon === undefined ? 0 : colon.offset + 1;
}

export function keyText(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}
