import { isScalar } from "yaml";
import { AtkError } from "../core/errors.ts";
import { canonical, equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import { insert } from "../formats/yaml-insert.ts";
import { brackets, containerAt, isFlow, layoutOf, type Path } from "../formats/yaml-layout.ts";
import { splice } from "../formats/yaml-lines.ts";
import { printFlow } from "../formats/yaml-print.ts";
import { remove } from "../formats/yaml-remove.ts";
import { set } from "../formats/yaml-set.ts";
import { readYaml } from "../manifest/yaml-document.ts";
import { openEntry } from "../manifest/plugin-entry-form.ts";
import { entryKey, shapeOf, type Place } from "./manifest-shapes.ts";
import { normalManifest, normalValue } from "./normal-manifest.ts";

/**
 * The text changed so that it says `wanted` (in the long form), entry by entry.
 * @throws AtkError E_MANIFEST when that cannot be done without touching something else (anchors).
 */
export function reconcile(text: string, wanted: JsonObject, file: string): string {
  if (says(text, wanted, file)) return text;
  const edited = editMap({ text, file }, { path: [], place: [] }, wanted);
  // Entries put into a list that one side wrote in brackets stand at its end.
  if (says(edited, wanted, file) || says(edited, wanted, file, sortedLists)) return edited;
  throw new AtkError(
    "E_MANIFEST",
    `cannot merge the two versions of ${file}: they are written in ways that do not go together`,
    {
      at: { file },
      hint: "anchors and aliases are the usual cause; merge by hand: git mergetool",
    },
  );
}

type View = (data: Json, place: Place) => Json;

function says(text: string, wanted: JsonObject, file: string, view: View = (data) => data): boolean {
  const { data, problems } = readYaml(text, file);
  return problems.length === 0 && equal(view(normalManifest(data), []), view(wanted, []));
}

/** With lists in which the order says nothing sorted. */
function sortedLists(data: Json, place: Place): Json {
  if (Array.isArray(data)) {
    const items: readonly Json[] = data;
    return ["entry", "word"].includes(shapeOf(place).by)
      ? items.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1))
      : items;
  }
  if (!isObject(data)) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, sortedLists(value, [...place, key])]));
}

interface Source {
  readonly text: string;
  readonly file: string;
}

interface Spot {
  /** With positions for entries of lists, as the text has them. */
  readonly path: Path;
  readonly place: Place;
}

function editMap(source: Source, spot: Spot, wanted: JsonObject): string {
  const have = dataAt(source, spot.path);
  const before = isObject(have) ? have : {};
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key) && !isNothing(before[key]));
  const left = gone.reduce((text, key) => remove(layoutOf(text), spot.path, key), source.text);
  return Object.entries(wanted).reduce(
    (text, [key, value]) => editMember({ ...source, text }, spot, { key, value }),
    left,
  );
}

const isNothing = (value: Json | undefined) =>
  value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);

function editMember(source: Source, { path, place }: Spot, { key, value }: { key: string; value: Json }): string {
  const { text } = source;
  const parent = dataAt(source, path);
  const before = isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
  const inside = { path: [...path, key], place: [...place, key] };
  if (before !== undefined && equal(normalValue(before, inside.place), value)) return text;
  if (before === undefined) return insert(layoutOf(text), path, { key, value });
  if (isObject(before) && isObject(value) && shapeOf(inside.place).by !== "whole")
    return editMap(source, inside, value);
  if (Array.isArray(value) && Array.isArray(before) && ["entry", "word"].includes(shapeOf(inside.place).by))
    return editList(source, inside, value);
  return set(text, { path, key, before, after: value });
}

function editList(source: Source, spot: Spot, wanted: readonly Json[]): string {
  const inOne = wordsInOneLine(source.text, spot.path, wanted.map(shortest));
  if (inOne !== undefined) return inOne;
  const id = entryKey(spot.place) ?? "";
  const idOf = (item: Json | undefined) => (isObject(item) ? item[id] : item);
  const names = wanted.map(idOf);
  const items = () => itemsAt({ ...source, text }, spot.path);
  let text = source.text;
  for (let at = items().length - 1; at >= 0; at -= 1)
    if (!names.includes(idOf(items()[at]))) text = remove(layoutOf(text), spot.path, at);
  for (const item of wanted) {
    const at = items().findIndex((each) => idOf(each) === idOf(item));
    text =
      at === -1
        ? insert(layoutOf(text), spot.path, { value: shortest(item) })
        : editItem({ ...source, text }, { ...spot, at }, item);
  }
  return text;
}

/** `[a, b]` written anew; undefined for a list with anything else in it than plain words. */
function wordsInOneLine(text: string, path: Path, wanted: readonly Json[]): string | undefined {
  const list = containerAt(layoutOf(text), path);
  if (list === undefined || !isFlow(list)) return undefined;
  const { open, close } = brackets(list);
  const written = text.slice(open, close);
  const areWords = list.items.every((item) => isScalar(item)) && wanted.every((item) => typeof item === "string");
  if (!areWords || /[#\n]/.test(written)) return undefined;
  const printed = printFlow(wanted);
  const padded = written.startsWith("[ ") ? printed.replace(/^\[(.+)\]$/, "[ $1 ]") : printed;
  return splice(text, { start: open, end: close, text: padded });
}

function editItem(source: Source, { path, place, at }: Spot & { readonly at: number }, wanted: Json): string {
  const item = itemsAt(source, path)[at];
  if (!isObject(wanted) || item === undefined) return source.text;
  const inside = { path: [...path, at], place: [...place, String(at)] };
  if (isObject(item)) return editMap(source, inside, wanted);
  if (Object.keys(wanted).length === 1) return source.text;
  const opened = openEntry(source.text, at);
  return place[0] === "plugins" ? editMap({ ...source, text: opened }, inside, wanted) : source.text;
}

/** `github` for `{ name: github }`. */
function shortest(item: Json): Json {
  const [only, ...more] = isObject(item) ? Object.values(item) : [item];
  return more.length === 0 && only !== undefined ? only : item;
}

function itemsAt(source: Source, path: Path): readonly Json[] {
  const list = dataAt(source, path);
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

function dataAt({ text, file }: Source, path: Path): Json | undefined {
  let value: Json | undefined = readYaml(text, file).data;
  for (const key of path) {
    if (Array.isArray(value)) value = (value as readonly Json[])[Number(key)];
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}
