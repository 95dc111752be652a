import { pointerText, type Made, type Pointer } from "./document.ts";
import { betweenEntries, commentsIn } from "./json-comments.ts";
import { entriesAt, type Container, type JsonTree, type JsonValue } from "./json-tree.ts";

/** A tree with the edits of one request and the record of what edits made in it. */
export interface EditedTree {
  readonly tree: JsonTree;
  root: JsonValue | undefined;
  /** The text of the document before an edit put a value into it. */
  readonly blank: string | undefined;
  /** The root was put into a blank document by an edit. */
  madeRoot: boolean;
  /** The blank text is back (and possibly filled again). */
  cleared: boolean;
  /** Pointer text -> the container it meant when the mark was set. */
  readonly marks: Map<string, Container>;
}

/** Puts the record of earlier edits onto the tree. What is not there any more is dropped. */
export function loadMarks(tree: JsonTree, made: Made): EditedTree {
  const top = made[""];
  const madeRoot = tree.root !== undefined && top !== undefined && !isBracketed(top);
  const blank = tree.root === undefined ? tree.text : madeRoot ? (top ?? "") : undefined;
  const doc: EditedTree = { tree, root: tree.root, blank, madeRoot, cleared: false, marks: new Map() };
  for (const [pointer, record] of Object.entries(made)) {
    const container = containerAt(tree.root, pointer);
    if (container === undefined || (pointer === "" && madeRoot)) continue;
    container.made = pointer === "" && record !== null ? record.slice(1, -1) : record;
    doc.marks.set(pointer, container);
  }
  return doc;
}

/** The record after the edits. */
export function madeIn(doc: EditedTree): Made {
  const records: [string, string | null][] = [];
  if (doc.madeRoot && doc.root !== undefined) records.push(["", doc.blank ?? ""]);
  for (const [pointer, container] of doc.marks) {
    const { made } = container;
    if (made === undefined || !isAlive(doc, container)) continue;
    records.push([pointer, pointer === "" && made !== null ? bracketed(container, made) : made]);
  }
  return Object.fromEntries(records);
}

/**
 * Notes what was in an empty container before the first entry goes in. Under "" two things could stand, a blank document and
 * an empty root; a root is written with its brackets, so that they are told apart.
 */
export function recordFill(doc: EditedTree, container: Container, at: Pointer): void {
  if (container.live > 0 || container.made === null) return;
  if (container === doc.root && doc.madeRoot) return;
  const inner = container.inner ?? innerOfEmptied(doc.tree.text, container);
  if (inner === undefined) return;
  container.made = inner;
  doc.marks.set(pointerText(at), container);
}

/** Undefined when comments are left in it: then a later delete leaves just these. */
function innerOfEmptied(text: string, container: Container): string | undefined {
  if (container.start < 0) return "";
  return commentsIn(betweenEntries(text, container)).length === 0 ? "" : undefined;
}

function bracketed(container: Container, inner: string): string {
  return container.type === "object" ? `{${inner}}` : `[${inner}]`;
}

/** A blank document starts with white space or a comment. */
function isBracketed(record: string | null): boolean {
  return record !== null && (record.startsWith("{") || record.startsWith("["));
}

function isAlive(doc: EditedTree, container: Container): boolean {
  let value = container;
  while (value.home !== undefined) {
    if (value.home.removed || value.home.value !== value) return false;
    value = value.home.parent;
  }
  return value === doc.root;
}

function containerAt(root: JsonValue | undefined, pointer: string): Container | undefined {
  let value = root;
  for (const segment of pointer.split("/").slice(1)) {
    if (value === undefined || value.type === "scalar") return undefined;
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    value = value.type === "object" ? value.byKey.get(key)?.value : itemNamed(value, key);
  }
  return value?.type === "scalar" ? undefined : value;
}

function itemNamed(list: Container, key: string): JsonValue | undefined {
  const [, by, is] = /^\[([^=]*)=(.*)\]$/s.exec(key) ?? [];
  return by === undefined || is === undefined ? undefined : entriesAt(list, { by, is })[0]?.value;
}

/** Whether what would be put back has every comment that is there now; undefined means the whole document. */
export function keepsComments(doc: EditedTree, container: Container | undefined): boolean {
  if (container === undefined || (container === doc.root && doc.madeRoot)) {
    return sameComments(outsideEntries(doc), doc.blank ?? "");
  }
  if (container.inner !== undefined || container.start < 0) return true;
  return sameComments(betweenEntries(doc.tree.text, container), container.made ?? "");
}

function sameComments(now: string, before: string): boolean {
  return commentsIn(now).join("\n") === commentsIn(before).join("\n");
}

function outsideEntries({ tree: { root, text } }: EditedTree): string {
  if (root === undefined) return text;
  const inside = root.type === "scalar" ? "" : betweenEntries(text, root);
  return `${text.slice(0, root.start)}\n${inside}\n${text.slice(root.end)}`;
}
