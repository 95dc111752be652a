import type { Place } from "../core/errors.ts";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { pointerKeys } from "./pointer-text.ts";
import type { PlaceFinder } from "./schema-problems.ts";
import type { YamlDocument } from "./yaml-document.ts";

/** Overrides laid over a description: maps are merged at every depth, everything else replaces. */
export function mergeOverrides(base: JsonObject, overrides: JsonObject = {}): JsonObject {
  const merged = new Map<string, Json>(Object.entries(base));
  for (const [key, value] of Object.entries(overrides)) {
    const below = merged.get(key);
    merged.set(key, isObject(below) && isObject(value) ? mergeOverrides(below, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Where a merged value was written: in the overrides where they gave it, else in the description. */
export function placeInEither(base: YamlDocument, overrides: YamlDocument | undefined): PlaceFinder {
  return (pointer, part): Place => {
    const isOverridden = overrides !== undefined && comesFromOverrides(base.data, overrides.data, pointerKeys(pointer));
    return (isOverridden ? overrides : base).place(pointer, part);
  };
}

function comesFromOverrides(
  base: Json | undefined,
  overrides: Json | undefined,
  [key, ...rest]: readonly string[],
): boolean {
  if (!isObject(overrides)) return overrides !== undefined;
  if (!isObject(base)) return true;
  if (key === undefined || !Object.hasOwn(overrides, key)) return false;
  return comesFromOverrides(Object.hasOwn(base, key) ? base[key] : undefined, overrides[key], rest);
}
