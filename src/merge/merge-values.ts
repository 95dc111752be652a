import { equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import { idOf, type Questions } from "./disagree.ts";
import { isNoneWhenEmpty, shapeOf, subjectOf, type Place } from "./manifest-shapes.ts";
import { mergeOrder } from "./merge-order.ts";
import { mergeSet } from "./merge-set.ts";
import { changedSide, eachOf, type Three } from "./three-way.ts";

/** The merged value of one place, or undefined where it goes. Values are in the long form of `normalManifest`. */
export function mergeValues(values: Three<Json>, place: Place, questions: Questions): Json | undefined {
  const side = changedSide(values, equal);
  if (side !== undefined) return values[side];
  const shape = shapeOf(place);
  if (shape.by === "word") return mergeWords(values, shape.absent) ?? ask(values, place, questions);
  const parts = shape.by === "whole" ? undefined : partsOf(values, place, shape.by === "entry" ? shape.id : undefined);
  if (parts === undefined) return ask(values, place, questions);
  const merged = mergeMembers(parts, place, questions);
  return shape.by === "entry" ? Object.values(merged).map(({ value }) => value) : asMap(merged);
}

const ask = (values: Three<Json>, place: Place, questions: Questions) => questions.settle(idOf(place), values);

/** Undefined where the two sides have nothing in common that could be merged. */
function mergeWords({ base, ours, theirs }: Three<Json>, absent: "all" | "none"): Json | undefined {
  const [before, left, right] = [wordsOf(base), wordsOf(ours), wordsOf(theirs)];
  if (before === undefined || left === undefined || right === undefined) return undefined;
  if (absent === "all" && (base === undefined || ours === undefined || theirs === undefined)) return undefined;
  const merged = mergeSet({ base: before, ours: left, theirs: right });
  // Each side left something: that nothing is left was meant by nobody.
  return merged.length === 0 && left.length > 0 && right.length > 0 ? undefined : merged;
}

function wordsOf(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  const isList = Array.isArray(value) && value.every((item: Json) => typeof item === "string" && item !== "");
  return isList && new Set(value).size === value.length ? (value as readonly string[]) : undefined;
}

/** Members by key, in their order. */
type Members = ReadonlyMap<string, Json>;

function partsOf(values: Three<Json>, place: Place, id: string | undefined): Three<Members> | undefined {
  const [ours, theirs] = [membersOf(values.ours, place, id), membersOf(values.theirs, place, id)];
  if (ours === undefined || theirs === undefined) return undefined;
  const subjects = new Set(
    [values.base, values.ours, values.theirs].filter(isObject).map((each) => subjectOf(place, each)),
  );
  if (subjects.size > 1 || areWordsTorn(values, place)) return undefined;
  return { base: membersOf(values.base, place, id) ?? new Map(), ours, theirs };
}

function membersOf(value: Json | undefined, place: Place, id: string | undefined): Members | undefined {
  if (value === undefined) return isNoneWhenEmpty(place) ? new Map() : undefined;
  if (id === undefined) return isObject(value) ? new Map(Object.entries(value)) : undefined;
  if (!Array.isArray(value)) return undefined;
  const items: readonly Json[] = value;
  const members = new Map(items.map((item) => [isObject(item) ? item[id] : undefined, item]));
  const isNamed = [...members.keys()].every((name) => typeof name === "string" && name !== "");
  return isNamed && members.size === items.length ? (members as Members) : undefined;
}

/** One side changed the program and the other its arguments: together they would be a command that nobody wrote. */
function areWordsTorn({ base, ours, theirs }: Three<Json>, place: Place): boolean {
  if (place.length !== 2 || place[0] !== "mcp_servers" || !isObject(base)) return false;
  const changed = (side: Json | undefined, key: string) => isObject(side) && !equal(side[key], base[key]);
  const isTorn = (one: Json | undefined, other: Json | undefined) => changed(one, "command") && changed(other, "args");
  const isSame =
    isObject(ours) &&
    isObject(theirs) &&
    equal(ours["command"], theirs["command"]) &&
    equal(ours["args"], theirs["args"]);
  return !isSame && (isTorn(ours, theirs) || isTorn(theirs, ours));
}

function mergeMembers(
  members: Three<Members>,
  place: Place,
  questions: Questions,
): readonly { key: string; value: Json }[] {
  const orders = { base: keysOf(members.base), ours: keysOf(members.ours), theirs: keysOf(members.theirs) };
  const merged = new Map<string, Json>();
  for (const key of new Set([...orders.base, ...orders.ours, ...orders.theirs].sort())) {
    const value = mergeValues(
      eachOf(members, (side) => side.get(key)),
      [...place, key],
      questions,
    );
    if (value !== undefined) merged.set(key, value);
  }
  return mergeOrder(orders, (key) => merged.has(key)).map((key) => ({ key, value: merged.get(key) ?? null }));
}

const keysOf = (members: Members | undefined): readonly string[] => [...(members?.keys() ?? [])];

function asMap(members: readonly { key: string; value: Json }[]): JsonObject {
  return Object.fromEntries(members.map(({ key, value }) => [key, value]));
}
