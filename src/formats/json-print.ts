import type { Layout } from "./json-layout.ts";
import type { Container, Entry, JsonValue } from "./json-tree.ts";

/** The text of an entry that an edit made. */
export function printEntry(entry: Entry, layout: Layout): string {
  const value = printValue(entry.value, layout, layout.indent);
  return entry.key === undefined ? value : `${JSON.stringify(entry.key)}${layout.colon}${value}`;
}

/** The text of a value that an edit made; `indent` is that of the line it starts on. */
export function printValue(value: JsonValue, layout: Layout, indent: string): string {
  if (value.type === "scalar") return JSON.stringify(value.value);
  const entries = value.entries.filter((entry) => !entry.removed);
  if (entries.length === 0) return value.type === "object" ? "{}" : "[]";
  if (!layout.multiline || (layout.listsOnOneLine && isPlainList(value))) return onOneLine(value, entries, layout);
  const inner = indent + layout.unit;
  const items = entries.map((entry) => layout.eol + inner + printEntry(entry, { ...layout, indent: inner }));
  return bracket(value, items.join(",") + layout.eol + indent);
}

function onOneLine(value: Container, entries: readonly Entry[], layout: Layout): string {
  const items = entries.map((entry) => printEntry(entry, layout)).join(`,${layout.multiline ? " " : layout.gap}`);
  const pad = value.type === "object" ? layout.pad : "";
  return bracket(value, pad + items + pad);
}

function isPlainList({ type, entries }: Container): boolean {
  return type === "array" && entries.every((entry) => entry.value.type === "scalar");
}

function bracket({ type }: Container, inner: string): string {
  return type === "object" ? `{${inner}}` : `[${inner}]`;
}
