import { isObject, type Json, type JsonObject } from "../core/json.ts";
import type { ListedEntry } from "./archive/entry.ts";
import { damaged } from "./backup-fault.ts";
import type { Index, Place } from "./index-file.ts";
import { isBelow } from "./is-below.ts";

const KINDS: ReadonlySet<unknown> = new Set<Place["kind"]>(["plugin", "home", "manifest", "root", "volume", "command"]);
const TYPES: ReadonlySet<unknown> = new Set<ListedEntry["type"]>(["file", "directory", "link", "hard"]);
const NUMBERS = ["n", "size", "mode", "mtimeMs", "uid", "gid"];

/** Whoever can write to the target could have written this list; the seal is no signature. @throws AtkError E_DAMAGED */
export function refuseHostile(index: JsonObject): void {
  const { places, notes, entries } = index;
  if (!isListOf(places, isPlace) || !isListOf(notes, isText) || !isListOf(entries, isEntry))
    throw damaged("the list of the backup says what a list cannot say");
  refusePaths(index as unknown as Index);
}

function isListOf(value: Json | undefined, isOne: (each: Json) => boolean): boolean {
  return Array.isArray(value) && value.every((each: Json) => isOne(each));
}

function isText(value: Json | undefined): boolean {
  return typeof value === "string";
}

function isPlace(value: Json): boolean {
  if (!isObject(value)) return false;
  const { at, kind, path, exclude, only } = value;
  const texts = isText(at) && isText(path) && (only === undefined || isText(only));
  return texts && KINDS.has(kind) && isListOf(exclude, isText);
}

function isEntry(value: Json): boolean {
  if (!isObject(value)) return false;
  const { path, type, target, sha256 } = value;
  const isWhole = type === "file" ? isText(sha256) : type === "directory" || isText(target);
  return isText(path) && TYPES.has(type) && isWhole && NUMBERS.every((key) => Number.isFinite(value[key]));
}

function refusePaths({ places, entries }: Index): void {
  const types = new Map(entries.map(({ path, type }) => [path, type]));
  for (const { at, path } of places) {
    refusePath(at);
    if (path !== "") refusePath(path);
  }
  const seen = new Set<string>();
  for (const { path, type, target } of entries) {
    refusePath(path);
    if (seen.has(path)) throw hostile(path, "is there twice");
    seen.add(path);
    if (!places.some(({ at }) => isBelow(path, at))) throw hostile(path, "is in none of its places");
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const above = types.get(parent);
    if (above !== undefined && above !== "directory") throw hostile(path, "lies in something that is no folder");
    if (above === undefined && !places.some(({ at }) => at === path)) throw hostile(path, "has no folder");
    if (type === "hard" && types.get(target ?? "") !== "file") throw hostile(path, "is another name of nothing");
  }
}

function refusePath(path: string): void {
  if (path === "") throw hostile(path, "is no path");
  if (path.includes("\0") || path.split("/").some((part) => part === "" || part === "." || part === ".."))
    throw hostile(path, "leads somewhere else");
}

function hostile(path: string, why: string): Error {
  return damaged(`the backup is refused: ${JSON.stringify(path)} ${why}`);
}
