import { AtkError } from "../core/errors.ts";
import { equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import type { DocumentEdit, Pointer } from "./document.ts";
import type { Path } from "./toml-nodes.ts";

/** An edit of a document whose pointers are keys only: TOML has no lists that atk edits. */
export type TomlEdit =
  | { readonly op: "set"; readonly at: Path; readonly value: Json }
  | { readonly op: "delete"; readonly at: Path };

/** @throws AtkError E_SHAPE for a list selector, or null, which TOML cannot say. */
export function tomlEdit(edit: DocumentEdit, file: string): TomlEdit {
  const at = keysOf(edit.at, file);
  if (edit.op === "delete") return { op: "delete", at };
  if (edit.value !== null) return { op: "set", at, value: withoutNull(edit.value) };
  throw new AtkError("E_SHAPE", `cannot set ${at.join(".")} in ${file} to null: TOML has no null`, { at: { file } });
}

function keysOf(at: Pointer, file: string): Path {
  return at.map((key) => {
    if (typeof key === "string") return key;
    const message = `cannot edit an item of a list in ${file}: atk edits keys and tables of TOML only`;
    throw new AtkError("E_SHAPE", message, { at: { file } });
  });
}

function withoutNull(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNull(member)]));
}

/**
 * What an edit means for the data.
 * @param refuse is called with the path of a value that is not a table but should be.
 */
export function intended(data: JsonObject, edit: TomlEdit, refuse: (path: Path) => AtkError): JsonObject {
  const [key, ...rest] = edit.at;
  const value = edit.op === "set" ? edit.value : undefined;
  if (key === undefined) {
    if (value !== undefined && !isObject(value)) throw refuse([]);
    return value ?? {};
  }
  if (rest.length === 0) return value === undefined ? without(data, key) : { ...data, [key]: value };
  const member = Object.hasOwn(data, key) ? data[key] : undefined;
  if (member !== undefined && !isObject(member)) {
    if (value === undefined) return data;
    throw refuse([key]);
  }
  if (member === undefined && value === undefined) return data;
  const inner = intended(member ?? {}, { ...edit, at: rest }, (path) => refuse([key, ...path]));
  return { ...data, [key]: inner };
}

export function without(data: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== key));
}

export type Change =
  | { readonly op: "remove"; readonly path: Path }
  /** All members go, the map itself stays. */
  | { readonly op: "empty"; readonly path: Path }
  | { readonly op: "add" | "replace"; readonly path: Path; readonly value: Json };

/** The fewest changes of members that lead from one map to the other; a map in both is compared member by member. */
export function changesBetween(before: JsonObject, after: JsonObject, base: Path = []): readonly Change[] {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]): readonly Change[] => {
    const path = [...base, key];
    const found = Object.hasOwn(before, key) ? before[key] : undefined;
    if (found === undefined) return [{ op: "add", path, value }];
    if (isObject(found) && isObject(value)) return changesBetween(found, value, path);
    return equal(found, value) ? [] : [{ op: "replace", path, value }];
  });
  const isEmptied = gone.length > 0 && Object.keys(after).length === 0;
  const emptied: readonly Change[] = isEmptied ? [{ op: "empty", path: base }] : [];
  return [...gone.map((key): Change => ({ op: "remove", path: [...base, key] })), ...changed, ...emptied];
}

/** Whether two documents say the same, where a table around an edited place may be left out when it is empty. */
export function saysTheSame(a: JsonObject, b: JsonObject, edits: readonly TomlEdit[]): boolean {
  const settle = (data: JsonObject): JsonObject =>
    edits.reduce((settled, { at }) => withoutEmpty(settled, at.slice(0, -1)), data);
  return equal(settle(a), settle(b));
}

function withoutEmpty(data: JsonObject, [key, ...rest]: Path): JsonObject {
  const member = key === undefined || !Object.hasOwn(data, key) ? undefined : data[key];
  if (key === undefined || !isObject(member)) return data;
  const inner = withoutEmpty(member, rest);
  return Object.keys(inner).length === 0 ? without(data, key) : { ...data, [key]: inner };
}
