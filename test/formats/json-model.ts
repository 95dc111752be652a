import { isObject, type Json, type JsonObject } from "../../src/core/json.ts";
import type { DocumentEdit, Key, Pointer } from "../../src/formats/document.ts";

export class ShapeError extends Error {}

/** What an edit means, on plain data: the specification in its shortest form. */
export function modelEdit(data: Json | undefined, edit: DocumentEdit): Json | undefined {
  return edit.op === "set" ? modelSet(data, edit.at, edit.value) : modelDelete(data, edit.at);
}

function modelSet(data: Json | undefined, at: Pointer, value: Json): Json {
  const [key, ...rest] = at;
  if (key === undefined) return value;
  if (typeof key === "string") {
    if (data !== undefined && !isObject(data)) throw new ShapeError();
    const members = new Map(Object.entries(data ?? {}));
    return Object.fromEntries(members.set(key, modelSet(members.get(key), rest, value)));
  }
  if (data !== undefined && !Array.isArray(data)) throw new ShapeError();
  const items: Json[] = [...((data as readonly Json[] | undefined) ?? [])];
  const index = items.findIndex((item) => fits(item, key));
  const old = index === -1 && rest.length > 0 ? { [key.by]: key.is } : items[index];
  const item = modelSet(old, rest, value);
  const named = rest.length === 0 ? { ...(item as JsonObject), [key.by]: key.is } : item;
  items.splice(index === -1 ? items.length : index, 1, named);
  return items;
}

function modelDelete(data: Json | undefined, at: Pointer): Json | undefined {
  const [key, ...rest] = at;
  if (key === undefined || data === undefined) return undefined;
  if (typeof key === "string") {
    if (!isObject(data) || !Object.hasOwn(data, key)) return data;
    const inner = modelDelete(new Map(Object.entries(data)).get(key), rest);
    const members = Object.entries(data).map(([name, member]) => [name, name === key ? inner : member] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== undefined)) as JsonObject;
  }
  if (!Array.isArray(data)) return data;
  const items = data as readonly Json[];
  if (rest.length === 0) return items.filter((item) => !fits(item, key));
  const first = items.findIndex((item) => fits(item, key));
  return items.map((item, index) => (index === first ? (modelDelete(item, rest) ?? null) : item));
}

function fits(item: Json, key: Exclude<Key, string>): boolean {
  return isObject(item) && Object.hasOwn(item, key.by) && item[key.by] === key.is;
}
