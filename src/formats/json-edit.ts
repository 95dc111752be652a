import { AtkError } from "../core/errors.ts";
import { equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import { pointerText, type DocumentEdit, type EditRequest, type Key, type Pointer } from "./document.ts";
import { keepsComments, loadMarks, recordFill, type EditedTree } from "./json-made.ts";
import { append, dataOf, entriesAt, freshValue, FRESH, newContainer, removeEntry, replaceValue } from "./json-tree.ts";
import type { Container, Entry, JsonTree, JsonValue } from "./json-tree.ts";
import { placeAt } from "./text.ts";

/**
 * Does the edits on the tree, in their order; the text is not touched yet. Cost: linear in the text and the edits.
 * @throws AtkError E_SHAPE when a container on the way of a `set` has another type than the pointer needs.
 */
export function editTree(tree: JsonTree, { edits, made }: Pick<EditRequest, "edits" | "made">): EditedTree {
  const doc = loadMarks(tree, made);
  for (const edit of edits) applyEdit(doc, edit);
  return doc;
}

function applyEdit(doc: EditedTree, edit: DocumentEdit): void {
  if (edit.op === "delete") remove(doc, edit.at);
  else set(doc, edit.at, edit.value);
}

function set(doc: EditedTree, at: Pointer, value: Json): void {
  const last = at.at(-1);
  if (last === undefined) return setRoot(doc, value);
  let container = rootFor(doc, at[0]);
  for (let depth = 1; depth < at.length; depth += 1) container = enter(doc, container, at.slice(0, depth + 1));
  const wanted = typeof last === "string" ? value : itemFor(doc, last, value);
  const entry = entriesAt(container, last)[0];
  if (entry !== undefined) return assign(entry, wanted);
  recordFill(doc, container, at.slice(0, -1));
  append(container, typeof last === "string" ? last : undefined, freshValue(wanted));
}

function setRoot(doc: EditedTree, value: Json): void {
  const { root } = doc;
  if (root === undefined) {
    doc.madeRoot = doc.blank !== undefined;
    doc.root = freshValue(value);
  } else if (root.type === "object" && isObject(value)) merge(root, value);
  else if (!equal(dataOf(root), value)) doc.root = freshValue(value);
}

function rootFor(doc: EditedTree, first: Key | undefined): Container {
  if (doc.root === undefined) {
    doc.root = newContainer(typeFor(first));
    doc.madeRoot = doc.blank !== undefined;
  }
  return checkType(doc, doc.root, first, []);
}

/** The container at the second to last key of a pointer: found, or made. `container` is the one it is in. */
function enter(doc: EditedTree, container: Container, at: Pointer): Container {
  const [key, next] = at.slice(-2);
  const here = at.slice(0, -1);
  const entry = key === undefined ? undefined : entriesAt(container, key)[0];
  if (entry !== undefined) return checkType(doc, entry.value, next, here);
  recordFill(doc, container, here.slice(0, -1));
  const made = newContainer(typeof key === "object" ? "object" : typeFor(next));
  if (typeof key === "object") append(made, key.by, freshValue(key.is));
  append(container, typeof key === "string" ? key : undefined, made);
  made.made = null;
  doc.marks.set(pointerText(here), made);
  return checkType(doc, made, next, here);
}

function typeFor(key: Key | undefined): Container["type"] {
  return typeof key === "object" ? "array" : "object";
}

function checkType(doc: EditedTree, value: JsonValue, key: Key | undefined, at: Pointer): Container {
  const wanted = typeFor(key);
  if (value.type === wanted) return value;
  const { file, text } = doc.tree;
  const pointer = pointerText(at);
  const place = value.start === FRESH ? {} : placeAt(text, value.start);
  const message = `cannot edit ${file}: expected ${TYPE_NAMES[wanted]} at ${pointer === "" ? "the top" : pointer}, found ${nameOf(value)}`;
  throw new AtkError("E_SHAPE", message, {
    at: { file, pointer, ...place },
    hint: `make it ${TYPE_NAMES[wanted]}, or take it out of ${file}`,
  });
}

const TYPE_NAMES = { object: "an object", array: "a list" } as const;

function nameOf(value: JsonValue): string {
  if (value.type !== "scalar") return TYPE_NAMES[value.type];
  return value.value === null ? "null" : `a ${typeof value.value}`;
}

/** A list item always carries the field it is found by. */
function itemFor(doc: EditedTree, { by, is }: Exclude<Key, string>, value: Json): JsonObject {
  if (isObject(value)) return Object.hasOwn(value, by) ? withMember(value, by, is) : { [by]: is, ...value };
  const { file } = doc.tree;
  throw new AtkError("E_SHAPE", `cannot edit ${file}: an item that is found by its "${by}" must be an object`, {
    at: { file },
  });
}

function withMember(value: JsonObject, key: string, member: Json): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, old]) => [name, name === key ? member : old]));
}

/** Objects are merged member by member, so comments beside members that stay the same survive. */
function assign(entry: Entry, value: Json): void {
  if (entry.value.type === "object" && isObject(value)) merge(entry.value, value);
  else if (!equal(dataOf(entry.value), value)) replaceValue(entry, freshValue(value));
}

function merge(object: Container, value: JsonObject): void {
  for (const [key, entry] of object.byKey) if (!Object.hasOwn(value, key)) removeEntry(entry);
  for (const [key, member] of Object.entries(value)) {
    const entry = object.byKey.get(key);
    if (entry === undefined) append(object, key, freshValue(member));
    else assign(entry, member);
  }
}

function remove(doc: EditedTree, at: Pointer): void {
  const path: Container[] = [];
  let value = doc.root;
  let found: readonly Entry[] = [];
  for (const key of at) {
    if (value === undefined || value.type === "scalar") return;
    path.push(value);
    found = entriesAt(value, key);
    value = found[0]?.value;
  }
  if (value === undefined) return;
  if (at.length === 0) return removeRoot(doc);
  for (const entry of found) removeEntry(entry);
  prune(doc, path, at);
}

function removeRoot(doc: EditedTree): void {
  doc.cleared = doc.madeRoot && keepsComments(doc, undefined);
  doc.root = undefined;
  doc.madeRoot = false;
}

/** Takes back what edits made on the way to a value that is gone, from the inside out. */
function prune(doc: EditedTree, path: readonly Container[], at: Pointer): void {
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const container = path[depth];
    if (container === undefined || !isEmptied(container, at[depth - 1])) return;
    const isRoot = container === doc.root;
    const { made } = container;
    if (made === undefined && !(isRoot && doc.madeRoot)) return;
    if (!keepsComments(doc, container)) return forget(doc, container);
    if (isRoot && doc.madeRoot) return removeRoot(doc);
    container.made = undefined;
    if (made === null && container.home !== undefined) removeEntry(container.home);
    else return restore(container, made);
  }
}

/** Empty, or a list item that an edit made and that has only the field left by which it is found. */
function isEmptied(container: Container, key: Key | undefined): boolean {
  if (container.live === 0) return true;
  if (typeof key !== "object" || container.made !== null || container.live !== 1) return false;
  const field = container.byKey.get(key.by)?.value;
  return field?.type === "scalar" && field.value === key.is;
}

/** Somebody wrote a comment into a container that we made: from now on it is theirs. */
function forget(doc: EditedTree, container: Container): void {
  container.made = undefined;
  if (container === doc.root) doc.madeRoot = false;
}

function restore(container: Container, inner: string | null | undefined): void {
  if (typeof inner === "string") container.inner = inner;
}
