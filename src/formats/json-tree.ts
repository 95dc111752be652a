import type { Json, JsonObject } from "../core/json.ts";
import type { Key } from "./document.ts";

/** Offset of what has no place in the text, because an edit made it. */
export const FRESH = -1;

/**
 * A JSON document with the offsets of its parts. Edits change this tree; the text is cut and pasted once, at the end
 * (json-splices.ts). So it is a working structure of one request, and the only mutable one.
 */
export interface JsonTree {
  /** Without byte order mark; offsets count in it. */
  readonly text: string;
  readonly file: string;
  readonly root: JsonValue | undefined;
  /** Offsets at which a line comment ends. */
  readonly lineCommentEnds: ReadonlySet<number>;
  /** How the first list of plain values in the file is written, if there is one. */
  readonly listsOnOneLine: boolean;
}

export type JsonValue = Scalar | Container;

export interface Scalar {
  readonly type: "scalar";
  readonly start: number;
  readonly end: number;
  readonly value: null | boolean | number | string;
}

export interface Container {
  readonly type: "object" | "array";
  readonly start: number;
  end: number;
  /** In the order of the text, removed ones included; those made by edits come last. */
  readonly entries: Entry[];
  /** The members of an object that are not removed. */
  readonly byKey: Map<string, Entry>;
  /** For lists: field name -> text of that field -> the items, filled when first asked. */
  readonly byField: Map<string, Map<string, Entry[]>>;
  /** The entry it is the value of; undefined for the root. */
  home: Entry | undefined;
  /** How many entries are not removed. */
  live: number;
  /** Something in it or below it was edited. */
  dirty: boolean;
  /** The exact text between the brackets, when all of its entries are to be written new. */
  inner: string | undefined;
  /** null: an edit made this container; text: what was between the brackets before an edit filled it. */
  made: string | null | undefined;
  /** The last entry that starts on a line of its own. */
  lastOnOwnLine: Entry | undefined;
}

/** A member of an object or an item of a list. */
export interface Entry {
  readonly key: string | undefined;
  readonly parent: Container;
  readonly start: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  valueEnd: number;
  /** Offset of the comma behind it. */
  comma: number;
  /** Start of the line it begins, when it is the first thing on that line. */
  readonly lineStart: number;
  value: JsonValue;
  removed: boolean;
}

export function newContainer(type: Container["type"], start = FRESH): Container {
  const shared = {
    home: undefined,
    live: 0,
    dirty: false,
    inner: undefined,
    made: undefined,
    lastOnOwnLine: undefined,
  };
  return { type, start, end: FRESH, entries: [], byKey: new Map(), byField: new Map(), ...shared };
}

/** The nodes of a value that an edit brings. */
export function freshValue(value: Json): JsonValue {
  if (typeof value !== "object" || value === null) return { type: "scalar", start: FRESH, end: FRESH, value };
  const container = newContainer(Array.isArray(value) ? "array" : "object");
  if (Array.isArray(value))
    for (const item of value as readonly Json[]) addFresh(container, undefined, freshValue(item));
  else for (const [key, member] of Object.entries(value)) addFresh(container, key, freshValue(member));
  if (container.live === 0) container.inner = "";
  return container;
}

function addFresh(parent: Container, key: string | undefined, value: JsonValue): Entry {
  const nowhere = {
    start: FRESH,
    keyEnd: FRESH,
    valueStart: FRESH,
    valueEnd: FRESH,
    comma: FRESH,
    lineStart: FRESH,
  };
  const entry: Entry = { key, parent, ...nowhere, value, removed: false };
  addEntry(parent, entry);
  return entry;
}

export function addEntry(parent: Container, entry: Entry): void {
  parent.entries.push(entry);
  parent.live += 1;
  if (entry.key !== undefined) parent.byKey.set(entry.key, entry);
  if (entry.value.type !== "scalar") entry.value.home = entry;
}

export function removeEntry(entry: Entry): void {
  entry.removed = true;
  entry.parent.live -= 1;
  if (entry.key !== undefined) entry.parent.byKey.delete(entry.key);
  touch(entry.parent, entry.key);
}

export function replaceValue(entry: Entry, value: JsonValue): void {
  entry.value = value;
  if (value.type !== "scalar") value.home = entry;
  entry.parent.byField.clear();
  touch(entry.parent, entry.key);
}

/** Appends an entry that an edit brings to what is there. */
export function append(container: Container, key: string | undefined, value: JsonValue): void {
  const entry = addFresh(container, key, value);
  for (const [field, items] of container.byField) noteItem(items, entry, field);
  touch(container, key);
}

/** Notes that a container was edited at a key: for the writing, and for a list that looks its items up by that key. */
function touch(container: Container, key: string | undefined): void {
  if (key !== undefined) container.home?.parent.byField.delete(key);
  for (let at: Container | undefined = container; at !== undefined && !at.dirty; at = at.home?.parent) at.dirty = true;
}

/** The entries a key means: at most one member of an object; every item of a list that a selector fits. */
export function entriesAt(container: Container, key: Key): readonly Entry[] {
  if (typeof key === "string") {
    const member = container.type === "object" ? container.byKey.get(key) : undefined;
    return member === undefined ? [] : [member];
  }
  if (container.type !== "array") return [];
  const items = itemsBy(container, key.by).get(key.is) ?? [];
  return items.filter((item) => !item.removed);
}

function itemsBy(list: Container, field: string): Map<string, Entry[]> {
  const known = list.byField.get(field);
  if (known !== undefined) return known;
  const items = new Map<string, Entry[]>();
  for (const entry of list.entries) noteItem(items, entry, field);
  list.byField.set(field, items);
  return items;
}

function noteItem(items: Map<string, Entry[]>, entry: Entry, field: string): void {
  if (entry.removed || entry.value.type !== "object") return;
  const named = entry.value.byKey.get(field)?.value;
  if (named?.type !== "scalar" || typeof named.value !== "string") return;
  const same = items.get(named.value);
  if (same === undefined) items.set(named.value, [entry]);
  else same.push(entry);
}

/** The data of a node; a member called `__proto__` is plain data here. */
export function dataOf(node: JsonValue): Json {
  if (node.type === "scalar") return node.value;
  const live = node.entries.filter((entry) => !entry.removed);
  if (node.type === "array") return live.map((entry) => dataOf(entry.value));
  return Object.fromEntries(live.map((entry) => [entry.key ?? "", dataOf(entry.value)])) satisfies JsonObject;
}
