import { randomBytes } from "node:crypto";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { ListedEntry } from "../../backup/archive/entry.ts";
import { COMPANIONS } from "../../backup/sqlite.ts";
import type { Index, Place } from "../../backup/index-file.ts";
import { isBelow } from "../../backup/is-below.ts";
import { compareWithBackup, destinationOf, type Destination, type Difference } from "../../backup/restore/compare.ts";
import type { Step } from "../../backup/restore/put-in-place.ts";
import { stagedPath } from "../../backup/restore/stage.ts";
import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { isWanted, pathOf } from "./contents.ts";
import type { Job } from "./jobs.ts";
import { expandTilde } from "../workspace.ts";

/** What of a backup goes where, and what it would change there. */
export interface RestorePlan {
  /** Files and folders of this machine. */
  readonly destinations: readonly Destination[];
  readonly entries: readonly ListedEntry[];
  readonly differences: readonly Difference[];
  /** Volumes and commands: what they hold now is not compared. */
  readonly others: readonly Place[];
}

export interface RestoreScope {
  readonly job: Job;
  readonly index: Index;
  /** Paths as in the archive, or as they are on this machine; empty: everything. */
  readonly only: readonly string[];
  /** In place of where it belongs: the archive's folders below this one. */
  readonly into: string | undefined;
}

/** @throws AtkError E_BACKUP for a path that is not in the backup, E_USAGE where a place is not known here */
export async function planRestore(scope: RestoreScope, context: Context): Promise<RestorePlan> {
  const { index, only, into } = scope;
  const isHere = (place: Place): boolean => into !== undefined || (place.kind !== "volume" && place.kind !== "command");
  const here = index.places.filter(isHere);
  const destinations = await Promise.all(here.map((place) => destinationFor(place, scope, context)));
  const chosen = chooseEntries(index.entries, only, destinations, context);
  const entries = chosen.filter(({ path }) => destinationOf(path, destinations) !== undefined);
  const others = index.places.filter((place) => !isHere(place) && chosen.some(({ path }) => isBelow(path, place.at)));
  const comparing = { entries, destinations, owners: hasOwners(), deletes: into === undefined && only.length === 0 };
  return { destinations, entries, differences: await compareWithBackup(comparing), others };
}

export function hasOwners(): boolean {
  return process.getuid?.() === 0;
}

async function destinationFor(place: Place, { job, into }: RestoreScope, context: Context): Promise<Destination> {
  const path = into === undefined ? await pathOf(place, job, context) : join(into, place.at);
  return { place, path: path ?? "", wants: (below, isDirectory) => isWanted(place, below, isDirectory) };
}

function chooseEntries(
  entries: readonly ListedEntry[],
  only: readonly string[],
  destinations: readonly Destination[],
  { host }: Context,
): readonly ListedEntry[] {
  if (only.length === 0) return entries;
  const { machine } = host;
  const chosen = new Set<ListedEntry>();
  for (const written of only) {
    const word = written.replace(/\/+$/, "");
    const full = resolve(machine.workingDirectory, expandTilde(word, machine));
    const meant = [full, throughLinks(full)];
    const fits = ({ path }: ListedEntry): boolean =>
      isBelow(path, word) ||
      isBelow(path.slice(path.indexOf("/") + 1), word) ||
      meant.some((each) => isBelow(destinationOf(path, destinations) ?? "", each));
    const found = entries.filter(fits);
    if (found.length === 0)
      throw new AtkError("E_BACKUP", `${JSON.stringify(written)} is not in this backup`, {
        hint: "say it as it is written on this machine, or as --dry-run shows it",
      });
    for (const each of found) chosen.add(each);
  }
  const above = new Set([...chosen].flatMap(({ path }) => foldersAbove(path)));
  return entries.filter((entry) => chosen.has(entry) || (entry.type === "directory" && above.has(entry.path)));
}

/** A data folder that is a link is known by where it leads; what is in it need not be there. */
function throughLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(throughLinks(dirname(path)), basename(path));
  }
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join("/"));
}

/** How a plan is carried out: where things are unpacked, and the steps from there. */
export interface Staged {
  readonly folders: readonly string[];
  folderOf(entry: ListedEntry): string | undefined;
  readonly steps: readonly Step[];
}

/** Unpacking goes beside the data, on the same disk, so that putting it in place is a matter of names. */
export function stagePlan(
  { differences, entries, destinations }: RestorePlan,
  all: readonly ListedEntry[],
  id: string,
): Staged {
  const word = `.atk-work-${randomBytes(4).toString("hex")}`;
  const folderFor = new Map(
    destinations.map(({ place, path }, index) => [place.at, join(besideOf(path), `${word}-${index}`)]),
  );
  const placeOf = (path: string): string | undefined =>
    [...folderFor].filter(([at]) => isBelow(path, at)).sort(([a], [b]) => b.length - a.length)[0]?.[1];
  const moved = differences.filter(
    ({ change, entry }) => (change === "add" || change === "replace") && entry !== undefined,
  );
  const needed = new Set(
    moved.flatMap(({ entry }) =>
      entry === undefined ? [] : [entry.path, ...(entry.type === "hard" ? [entry.target ?? ""] : [])],
    ),
  );
  const known = new Map(all.map((entry) => [entry.path, placeOf(entry.path)]));
  const folderOf = ({ path }: ListedEntry): string | undefined => (needed.has(path) ? known.get(path) : undefined);
  const away = (path: string): string => `${path}.before-${id}`;
  const owners = hasOwners();
  const gone = differences.flatMap(({ change, to }): readonly Step[] =>
    change === "delete" ? [{ do: "remove", path: to }] : change === "empty" ? [{ do: "remove-empty", path: to }] : [],
  );
  const steps = moved.flatMap(({ entry, to }): readonly Step[] => {
    if (entry === undefined) return [];
    if (entry.type === "directory") return [{ do: "folder", path: to, away: away(to) }];
    const companions =
      entry.sqlite === true ? COMPANIONS.map((ending): Step => ({ do: "remove", path: to + ending })) : [];
    return [...companions, { do: "move", from: stagedPath(folderOf(entry) ?? "", entry), path: to, away: away(to) }];
  });
  const dressed = entries.flatMap((entry): readonly Step[] => {
    const path = destinationOf(entry.path, destinations);
    return entry.type === "directory" && path !== undefined ? [{ do: "dress", path, entry, owners }] : [];
  });
  return { folders: [...new Set(folderFor.values())], folderOf, steps: [...gone, ...steps, ...dressed.reverse()] };
}

/** The folder that holds a path; a path where a disk is mounted, or whose folder is somebody else's, holds its own. */
function besideOf(path: string): string {
  const [own, parent] = [statOf(path), statOf(dirname(path))];
  if (own === undefined || !own.isDirectory) return dirname(path);
  return own.dev !== parent?.dev || !isWritable(dirname(path)) ? path : dirname(path);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function statOf(path: string): { readonly dev: number; readonly isDirectory: boolean } | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : { dev: stats.dev, isDirectory: stats.isDirectory() };
}
