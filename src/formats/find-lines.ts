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
  const { layoutOf, startsWith } = await import("./toml-nodes.ts");
  const { tables, entries } = layoutOf(text, lineEnding(text));
  return (pointer) => {
    const path = pointer.filter((key) => typeof key === "string");
    const headers = tables.filter((table) => startsWith(table.path, path)).map(({ node }) => node.range[0]);
    const keys = entries.filter((entry) => startsWith(entry.path, path)).map(({ node }) => node.range[0]);
    const all = [...headers, ...keys];
    return all.length === 0 ? undefined : Math.min(...all);
  };
}

async function inYaml(text: string): Promise<Find> {
  const { isMap, isScalar, isSeq, parseDocument } = await import("yaml");
  const { contents } = parseDocument(text, { logLevel: "silent", prettyErrors: false });
  const step = (node: unknown, key: Key): { readonly value: unknown; readonly start: number | undefined } => {
    if (typeof key === "string") {
      const pair = isMap(node)
        ? node.items.find((each) => isScalar(each.key) && String(each.key.value) === key)
        : undefined;
      return { value: pair?.value, start: isScalar(pair?.key) ? pair.key.range?.[0] : undefined };
    }
    const item = isSeq(node) ? node.items.find((each) => isMap(each) && each.get(key.by) === key.is) : undefined;
    return { value: item, start: isMap(item) ? item.range?.[0] : undefined };
  };
  return (pointer) => {
    let at: unknown = contents;
    let start: number | undefined;
    for (const key of pointer) ({ value: at, start } = step(at, key));
    return start;
  };
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
