import { isScalar } from "yaml";
import { equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import { insert } from "./yaml-insert.ts";
import { containerAt, entryAt, layoutOf, type Path } from "./yaml-layout.ts";
import { splice } from "./yaml-lines.ts";
import { printFlow, printScalar } from "./yaml-print.ts";
import { remove } from "./yaml-remove.ts";

export interface Setting {
  /** The map the member is in. */
  readonly path: Path;
  readonly key: string;
  /** What is there now; undefined where the key is absent. */
  readonly before: Json | undefined;
  readonly after: Json;
}

/** The text with a member of a map set to a value; lists and maps are changed entry by entry, so that comments in them stay. */
export function set(text: string, setting: Setting): string {
  const { path, key, before, after } = setting;
  if (equal(before, after)) return text;
  if (before === undefined) return insert(layoutOf(text), path, { key, value: after, isSpread: false });
  if (isObject(before) && isObject(after)) return setMembers(text, [...path, key], before, after);
  if (isTexts(before) && isTexts(after) && keepsOrder(before, after))
    return setItems(text, [...path, key], before, after);
  return replace(text, setting);
}

function setMembers(text: string, path: Path, before: JsonObject, after: JsonObject): string {
  let edited = text;
  for (const [key, value] of Object.entries(after)) {
    edited = set(edited, {
      path,
      key,
      before: Object.hasOwn(before, key) ? before[key] : undefined,
      after: value,
    });
  }
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return gone.reduce((left, key) => remove(layoutOf(left), path, key), edited);
}

const isTexts = (value: Json): value is readonly string[] =>
  Array.isArray(value) && value.every((item: Json) => typeof item === "string");

/** Whether `after` is `before` with some items gone and some added at the end. */
function keepsOrder(before: readonly string[], after: readonly string[]): boolean {
  const kept = before.filter((item) => after.includes(item));
  return (
    new Set(before).size === before.length &&
    new Set(after).size === after.length &&
    equal(after.slice(0, kept.length), kept)
  );
}

function setItems(text: string, path: Path, before: readonly string[], after: readonly string[]): string {
  const added = after.filter((item) => !before.includes(item));
  const filled = added.reduce((edited, value) => insert(layoutOf(edited), path, { value }), text);
  const gone = before.flatMap((item, at) => (after.includes(item) ? [] : [at])).reverse();
  return gone.reduce((left, at) => remove(layoutOf(left), path, at), filled);
}

function replace(text: string, { path, key, after }: Setting): string {
  const container = containerAt(layoutOf(text), path);
  const entry = container === undefined ? undefined : entryAt(container, key);
  if (entry?.afterColon === undefined) return text;
  const like = isScalar(entry.value) ? entry.value.type : undefined;
  const printed = typeof after === "string" ? printScalar(after, like) : printFlow(after);
  return splice(text, { start: entry.afterColon, end: entry.end, text: ` ${printed}` });
}
