import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { entryKey, isNoneWhenEmpty, type Place } from "./manifest-shapes.ts";

/** The manifest's data with every value in its long form, so that two spellings of one meaning are equal. */
export function normalManifest(data: Json | undefined): JsonObject {
  const normal = isObject(data) ? normalMap(data, []) : {};
  return normal;
}

/** The long form of the value at a place: `- github` is `{ name: github }`, `os: linux` is `os: [linux]`. */
export function normalValue(value: Json, place: Place): Json {
  const id = entryKey(place);
  if (id !== undefined && Array.isArray(value)) return value.map((item: Json) => normalEntry(item, id, place));
  if (isObject(value)) return normalMap(value, place);
  return isOneOrMore(place) && typeof value === "string" ? [value] : value;
}

/** A word alone is a list of it. */
function isOneOrMore(place: Place): boolean {
  const [section] = place;
  const inside = place.at(-2);
  return inside === "when" || (section === "machines" && (inside === "match" || place.at(-1) === "tags"));
}

function normalEntry(item: Json, id: string, place: Place): Json {
  if (!isObject(item)) return { [id]: item };
  return normalMap(item, [...place, String(item[id])]);
}

function normalMap(map: JsonObject, place: Place): JsonObject {
  const members = Object.entries(map).map(([key, value]) => [key, normalValue(value, [...place, key])] as const);
  return Object.fromEntries(members.filter(([key, value]) => !isNothing(value, [...place, key])));
}

function isNothing(value: Json, place: Place): boolean {
  const isEmpty = value === null || (typeof value === "object" && Object.keys(value).length === 0);
  return isEmpty && isNoneWhenEmpty(place);
}
