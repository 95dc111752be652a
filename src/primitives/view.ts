import { canonical, equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import type { Shape } from "../core/resource.ts";

/**
 * The part of an entry that counts: owned keys only, without those that say nothing.
 * A client that adds ids, reorders keys or drops empty fields leaves the view as it was.
 */
export function view(entry: Json, shape: Shape | undefined): Json {
  if (shape === undefined || !isObject(entry)) return entry;
  const kept: Record<string, Json> = {};
  for (const key of Object.keys(entry)) {
    const value = entry[key];
    if (value !== undefined && shape.owned.includes(key) && !saysNothing(value, shape.defaults[key])) kept[key] = value;
  }
  return kept;
}

export function viewText(entry: Json, shape: Shape | undefined): string {
  return canonical(view(entry, shape));
}

function saysNothing(value: Json, standard: Json | undefined): boolean {
  if (standard !== undefined && equal(value, standard)) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Keys to set and to take away so that `found` says what `wanted` says; keys of others are not named. */
export function keyChanges(
  found: JsonObject,
  wanted: JsonObject,
  shape: Shape,
): { readonly set: JsonObject; readonly remove: readonly string[] } {
  const set: Record<string, Json> = {};
  for (const [key, value] of Object.entries(wanted)) {
    if (!equal(found[key], value)) set[key] = value;
  }
  const remove = shape.owned.filter((key) => Object.hasOwn(found, key) && !Object.hasOwn(wanted, key));
  return { set, remove };
}
