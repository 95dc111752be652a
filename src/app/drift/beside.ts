import { isObject, type Json } from "../../core/json.ts";
import { locatorKey, type Key, type Locator } from "../../core/resource.ts";
import type { State } from "../../core/state.ts";
import { valueAt } from "../../formats/document.ts";
import { ANY_PROJECT, mapKey, type ClientMap } from "../../kinds/client-maps.ts";
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
  // A project that a file did not have then had no servers of its own.
  const known = new Set(Object.keys(state.beside ?? {}).map((key) => key.slice(0, key.lastIndexOf("#["))));
  const found = await Promise.all(
    maps.map(async (pattern): Promise<readonly Beside[]> => {
      const data = await look.data(pattern.file, pattern.format).catch(() => null);
      if (data === null) return [];
      return expanded(pattern, data).map((map) => {
        const names = namesIn(valueAt(data, map.root), map).filter((name) => !managed(locatorKey(entryAt(map, name))));
        const isLater = map.project !== undefined && known.has(map.file);
        const before = state.beside?.[mapKey(map)] ?? (isLater ? [] : undefined);
        return { map, names, before: before === undefined ? undefined : new Set(before) };
      });
    }),
  );
  return found.flat();
}

/** The places that a place for any project stands for, as far as somebody put something there. */
function expanded(pattern: ClientMap, data: Json | undefined): readonly ClientMap[] {
  if (pattern.project !== ANY_PROJECT) return [pattern];
  const at = pattern.root.indexOf(ANY_PROJECT);
  const projects = valueAt(data, pattern.root.slice(0, at));
  if (!isObject(projects)) return [];
  return Object.keys(projects).flatMap((project) => {
    const map = { ...pattern, project, root: pattern.root.map((key, index) => (index === at ? project : key)) };
    const servers = valueAt(data, map.root);
    return isObject(servers) && Object.keys(servers).length > 0 ? [map] : [];
  });
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
