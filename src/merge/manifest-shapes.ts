import { canonical, isObject, type Json } from "../core/json.ts";

/** How the value at a place of the manifest is merged. */
export type Shape =
  | { readonly by: "key" }
  /** A list of entries, told apart by this member. */
  | { readonly by: "entry"; readonly id: string }
  /** A list of words. `absent`: what it means when there is none. */
  | { readonly by: "word"; readonly absent: "all" | "none" }
  /** One value that no two sides can have a part in. */
  | { readonly by: "whole" };

/** Keys from the top; an entry of a list by its name or path. */
export type Place = readonly string[];

const ENTRIES: Readonly<Record<string, string>> = {
  plugins: "name",
  registries: "name",
  skills: "path",
  instructions: "path",
  "drift.ignore": "entry",
};

/** The member that tells the entries of a list apart. */
export function entryKey(place: Place): string | undefined {
  const path = place.join(".");
  return place.length < 3 && Object.hasOwn(ENTRIES, path) ? ENTRIES[path] : undefined;
}

/** Lists that narrow: without one, all. Two sides that each begin one do not mean both. */
const NARROWING = new Set(
  ["agents allow sources os arch host tags machine", "to data unattended"].flatMap((names) => names.split(" ")),
);
/** Lists that add up: without one, none. */
const ADDING = new Set(["deny", "denied_commands", "install_scripts", "write", "exclude"]);

/** Members of these are values or references: `{ env: A }` and `{ secret: b }` have nothing in common. */
const VALUES = new Set(["env", "headers"]);

/** Maps that say the same when they are empty as when they are not there. */
const EMPTY_IS_NONE = new Set([...VALUES, "ports", "when", "tools"]);

export function isNoneWhenEmpty(place: Place): boolean {
  const last = place.at(-1) ?? "";
  if (place.length === 1) return last !== "agents";
  return !isEntry(place) && EMPTY_IS_NONE.has(last);
}

/** A member of a section with names that people choose: a server may be called `env`. */
function isEntry([section, ...deeper]: Place): boolean {
  return deeper.length === 1 && section !== "policy" && section !== "config";
}

export function shapeOf(place: Place): Shape {
  const [last = "", parent = ""] = [place.at(-1), place.at(-2)];
  const id = entryKey(place);
  if (id !== undefined) return { by: "entry", id };
  if (isEntry(place)) return { by: "key" };
  if (place.length > 3 && VALUES.has(parent)) return { by: "whole" };
  if (place.length === 1 && last === "agents") return { by: "word", absent: "none" };
  if (NARROWING.has(last)) return { by: "word", absent: "all" };
  if (ADDING.has(last)) return { by: "word", absent: "none" };
  return { by: "key" };
}

const OF_SOURCE = ["type", "url", "package", "image", "server", "registry"];

/**
 * What a map is about. Where two sides differ in it, their members do not belong together: a `ref` is one of its `url`, arguments
 * are those of their command.
 */
export function subjectOf(place: Place, value: Json | undefined): string {
  if (!isObject(value)) return "";
  const of = (...keys: readonly string[]) =>
    canonical(keys.map((key) => (Object.hasOwn(value, key) ? (value[key] ?? null) : null)));
  if (place.at(-1) === "source") return of(...OF_SOURCE, ...(value["type"] === "local" ? ["path"] : []));
  if (place.length !== 2) return "";
  if (place[0] === "registries") return of("url");
  if (place[0] === "mcp_servers") return Object.hasOwn(value, "url") ? "remote" : "local";
  return "";
}
