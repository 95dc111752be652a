import type { DocumentFormatId } from "../core/resource.ts";
import type { Key, Pointer } from "./document.ts";
import { BOM, lineEnding } from "./text.ts";

/**
 * The 1-based lines on which values stand in a document, in the order of the pointers; undefined for what is not there. The text
 * must be valid. One parse, whatever the number of pointers.
 */
export async function findLines(
  format: DocumentFormatId,
  written: string,
  pointers: readonly Pointer[],
): Promise<readonly (number | undefined)[]> {
  const text = written.startsWith(BOM) ? written.slice(BOM.length) : written;
  const find = await FINDERS[format](text);
  const lineOf = lineCounter(text);
  return pointers.map((pointer) => {
    const offset = find(pointer);
    return offset === undefined ? undefined : lineOf(offset);
  });
}

/** Gives the offset at which a value's entry begins. */
type Find = (pointer: Pointer) => number | undefined;

const FINDERS: Readonly<Record<DocumentFormatId, (text: string) => Promise<Find>>> = {
  json: inJson,
  jsonc: inJson,
  toml: inToml,
  yaml: inYaml,
};

async function inJson(text: string): Promise<Find> {
  const { readTree } = await import("./json-syntax.ts");
  const { entriesAt } = await import("./json-tree.ts");
  const { root } = readTree({ text, file: "", strict: false });
  return (pointer) => {
    let at = root;
    let start: number | undefined;
    for (const key of pointer) {
      const entry = at === undefined || at.type === "scalar" ? undefined : entriesAt(at, key)[0];
      if (entry === undefined) return undefined;
      start = entry.start;
      at = entry.value;
    }
    return start;
  };
}

async function inToml(text: string): Promise<Find> {
  const { layoutOf } = await import("./toml-nodes.ts");
  const { tables, entries } = layoutOf(text, lineEnding(text));
  const first = new Map<string, number>();
  for (const { path, node } of [...tables, ...entries]) {
    for (let length = 1; length <= path.length; length++) {
      const key = JSON.stringify(path.slice(0, length));
      first.set(key, Math.min(first.get(key) ?? Infinity, node.range[0]));
    }
  }
  return (pointer) => first.get(JSON.stringify(pointer));
}

async function inYaml(text: string): Promise<Find> {
  const { isMap, isScalar, isSeq, parseDocument } = await import("yaml");
  const { contents } = parseDocument(text, { logLevel: "silent", prettyErrors: false });
  const inMap = (node: unknown): ReadonlyMap<unknown, Place> =>
    new Map(
      (isMap(node) ? node.items : []).flatMap(({ key, value }) =>
        isScalar(key) ? [[key.value, { value, start: key.range?.[0] }] as const] : [],
      ),
    );
  const inList = (node: unknown, by: string): ReadonlyMap<unknown, Place> =>
    new Map(
      (isSeq(node) ? node.items : []).flatMap((item) =>
        isMap(item) ? [[item.get(by), { value: item, start: item.range?.[0] }] as const] : [],
      ),
    );
  const known = new Map<unknown, ReadonlyMap<unknown, Place>>();
  const step = (node: unknown, key: Key): Place | undefined => {
    const members = known.get(node) ?? (typeof key === "string" ? inMap(node) : inList(node, key.by));
    known.set(node, members);
    return members.get(typeof key === "string" ? key : key.is);
  };
  return (pointer) => {
    let at: Place | undefined = { value: contents, start: undefined };
    for (const key of pointer) at = at === undefined ? undefined : step(at.value, key);
    return at?.start;
  };
}

/** A value, and the offset at which its entry begins. */
interface Place {
  readonly value: unknown;
  readonly start: number | undefined;
}

/** Lines of many offsets without going through the text for each. */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
