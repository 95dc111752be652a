import { isObject, type Json } from "../core/json.ts";
import { damaged } from "./backup-fault.ts";
import type { ListedEntry } from "./archive/entry.ts";
import { collect, type Bytes } from "./archive/streams.ts";

/** Where a part of the data belongs on any machine. */
export interface Place {
  /** What is below this path in the archive. */
  readonly at: string;
  /** plugin: below the plugin's folder. home: below the home folder. manifest: below the manifest's. root: from the root. */
  readonly kind: "plugin" | "home" | "manifest" | "root" | "volume" | "command";
  /** Below that; the name of a volume; "" for what the plugin's own command wrote. */
  readonly path: string;
  /** What was left out, or kept alone: nothing that a pattern means is taken away by a restore. */
  readonly exclude: readonly string[];
  readonly only?: string;
}

/** What is in an archive. */
export interface Index {
  readonly places: readonly Place[];
  /** What is not as it should be, in words. */
  readonly notes: readonly string[];
  readonly entries: readonly ListedEntry[];
}

/** One line of JSON for what is said of all, and one for each entry. */
export async function* indexLines({ entries, ...head }: Index): Bytes {
  yield Buffer.from(`${JSON.stringify(head)}\n`);
  for (let at = 0; at < entries.length; at += 500)
    yield Buffer.from(
      entries
        .slice(at, at + 500)
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join(""),
    );
}

/** @throws AtkError E_DAMAGED, also for paths that lead out of the places, or through a link */
export async function readIndex(source: Bytes): Promise<Index> {
  const lines = (await collect(source)).toString("utf8").trimEnd().split("\n");
  const [head, ...entries] = lines.map(parsed);
  if (!isObject(head ?? null)) throw damaged("the list of the backup cannot be read");
  const index = {
    ...(head as unknown as Pick<Index, "places" | "notes">),
    entries: entries as unknown as ListedEntry[],
  };
  refuseHostile(index);
  return index;
}

function parsed(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    throw damaged("the list of the backup cannot be read");
  }
}

/** Whoever can write to the target could have written this; the seal is no signature. */
function refuseHostile({ places, entries }: Index): void {
  const types = new Map(entries.map(({ path, type }) => [path, type]));
  for (const place of places) refusePath(place.at);
  for (const { path, type, target } of entries) {
    refusePath(path);
    if (!places.some(({ at }) => isBelow(path, at))) throw hostile(path, "is in none of its places");
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const above = types.get(parent);
    if (above !== undefined && above !== "directory") throw hostile(path, "lies in something that is no folder");
    if (above === undefined && !places.some(({ at }) => at === path)) throw hostile(path, "has no folder");
    if (type === "hard" && types.get(target ?? "") !== "file") throw hostile(path, "is another name of nothing");
  }
}

export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function refusePath(path: unknown): void {
  if (typeof path !== "string" || path === "") throw hostile(String(path), "is no path");
  if (path.includes("\0") || path.split("/").some((part) => part === "" || part === "." || part === ".."))
    throw hostile(path, "leads somewhere else");
}

function hostile(path: string, why: string): Error {
  return damaged(`the backup is refused: ${JSON.stringify(path)} ${why}`);
}
