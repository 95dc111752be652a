import { isObject, type Json } from "../../core/json.ts";
import { locatorKey, type Key, type Locator } from "../../core/resource.ts";
import type { State } from "../../core/state.ts";
import { valueAt } from "../../formats/document.ts";
import { mapKey, type ClientMap } from "../../kinds/client-maps.ts";
import type { Context } from "../context.ts";
import { isServerEntry } from "./read-entry.ts";

/** What stands in a client's map besides the entries that atk manages there. */
export interface Beside {
  readonly map: ClientMap;
  /** Names, as they stand there. */
  readonly names: readonly string[];
  /** Those that stood there when atk first wrote on this machine with this client wired; undefined: it never did. */
  readonly before: ReadonlySet<string> | undefined;
}

/**
 * The entries of others in the maps of the wired clients. `managed` are the places that atk wants or has written. A file that
 * cannot be read is left out: the plan says what is wrong with it. Reads through `look`, so no file is read or parsed twice.
 */
export async function lookBeside(
  maps: readonly ClientMap[],
  { managed, state }: { readonly managed: (key: string) => boolean; readonly state: State },
  { look }: Pick<Context, "look">,
): Promise<readonly Beside[]> {
  const found = await Promise.all(
    maps.map(async (map): Promise<Beside | undefined> => {
      const data = await look.data(map.file, map.format).catch(() => null);
      if (data === null) return undefined;
      const names = namesIn(valueAt(data, map.root), map).filter((name) => !managed(locatorKey(entryAt(map, name))));
      const before = state.beside?.[mapKey(map)];
      return { map, names, before: before === undefined ? undefined : new Set(before) };
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** Where an entry of a map stands. */
export function entryAt({ file, format, root, by }: ClientMap, name: string): Extract<Locator, { kind: "fragment" }> {
  const key: Key = by === undefined ? name : { by, is: name };
  return { kind: "fragment", file, format, at: [...root, key] };
}

/** The entries that somebody has put there since atk first wrote there. */
export function newIn({ names, before }: Beside): readonly string[] {
  return before === undefined ? [] : names.filter((name) => !before.has(name));
}

/** What the state remembers of it: a place that is new to atk is taken as it is, in a known one nothing is ever added. */
export function rememberBeside(
  { beside = {} }: State,
  found: readonly Beside[],
  letGo: (map: ClientMap) => readonly string[],
): NonNullable<State["beside"]> {
  const now = found.map(({ map, names, before }) => {
    const kept = before === undefined ? names : names.filter((name) => before.has(name));
    return [mapKey(map), [...new Set([...kept, ...letGo(map)])].sort()] as const;
  });
  return { ...beside, ...Object.fromEntries(now) };
}

function namesIn(container: Json | undefined, { by }: ClientMap): readonly string[] {
  if (by === undefined && isObject(container))
    return Object.keys(container).filter((name) => isServerEntry(container[name]));
  if (by === undefined || !Array.isArray(container)) return [];
  const items = (container as readonly Json[]).filter(isServerEntry);
  const names = items.map((item) => (isObject(item) ? item[by] : undefined));
  return [...new Set(names.filter((name) => typeof name === "string"))];
}
