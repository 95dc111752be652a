import { isObject, type Json } from "../core/json.ts";
import type { DocumentEdit, Key } from "./document.ts";

/** What an edit means for the data. */
export function applied(model: Json, edit: DocumentEdit): Json {
  return change(model, edit.at, edit.op === "set" ? edit.value : undefined);
}

function change(model: Json, [key, ...rest]: readonly Key[], value: Json | undefined): Json {
  if (key === undefined) return value ?? {};
  if (typeof key === "object") return changeItem(model, key, rest, value);
  if (!isObject(model)) return model === null && value !== undefined ? change({}, [key, ...rest], value) : model;
  const { [key]: member, ...others } = model;
  if (rest.length === 0) return value === undefined ? others : { ...model, [key]: value };
  if (member === undefined && value === undefined) return model;
  return { ...model, [key]: change(member ?? emptyFor(rest[0]), rest, value) };
}

function emptyFor(next: Key | undefined): Json {
  return typeof next === "object" ? [] : {};
}

function changeItem(model: Json, key: Exclude<Key, string>, rest: readonly Key[], value: Json | undefined): Json {
  const list: readonly Json[] = Array.isArray(model) ? model : [];
  const at = list.findIndex((item) => isObject(item) && item[key.by] === key.is);
  if (rest.length === 0 && value === undefined) return list.filter((_item, index) => index !== at);
  const base = at === -1 ? { [key.by]: key.is } : (list[at] ?? {});
  const made = rest.length === 0 ? { [key.by]: key.is, ...(isObject(value) ? value : {}) } : change(base, rest, value);
  return at === -1 ? [...list, made] : list.map((item, index) => (index === at ? made : item));
}
