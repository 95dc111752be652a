import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { readlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { ListedEntry } from "../archive/entry.ts";
import { nameOfBytes, systemPath } from "../archive/byte-names.ts";
import { namesIn, statAt } from "../archive/walk.ts";
import type { Place } from "../index-file.ts";
import { isBelow } from "../is-below.ts";

/** A place with where it is on this machine. */
export interface Destination {
  readonly place: Place;
  /** Absolute. */
  readonly path: string;
  /** Of what is there and not in the backup: whether it is of the kind that the backup would have kept. */
  wants(below: string, isDirectory: boolean): boolean;
}

/** What a restore does with one path. */
export interface Difference {
  /** add: nothing is there. replace: something else is. delete: it is not in the backup. empty: a folder that goes when nothing is left in it. */
  readonly change: "add" | "replace" | "delete" | "empty" | "same";
  /** Absolute. */
  readonly to: string;
  /** Of the backup; absent for what is deleted. */
  readonly entry?: ListedEntry;
}

export interface Comparing {
  readonly entries: readonly ListedEntry[];
  readonly destinations: readonly Destination[];
  /** Whether owners can be given back, and so count. */
  readonly owners: boolean;
  /** false: what is there and not in the backup stays. */
  readonly deletes: boolean;
}

/** What is different here from a backup: folders before what is in them; deletions last, what is in a folder before it. Reads, writes nothing. */
export async function compareWithBackup(comparing: Comparing): Promise<readonly Difference[]> {
  const { entries, destinations, deletes } = comparing;
  const found: Difference[] = [];
  // What is seen through a link that stands in a folder's place is not in that folder.
  const made = new Set<string>();
  for (const entry of entries) {
    const to = destinationOf(entry.path, destinations);
    if (to === undefined) continue;
    const change = made.has(dirname(to)) ? "add" : await judge(entry, to, comparing);
    if (entry.type === "directory" && change !== "same") made.add(to);
    found.push({ change, to, entry });
  }
  const listed = withWholeGroups(found);
  return deletes ? [...listed, ...(await strangers(comparing))] : listed;
}

export function destinationOf(path: string, destinations: readonly Destination[]): string | undefined {
  const fitting = destinations.filter(({ place }) => isBelow(path, place.at));
  const [best] = fitting.sort((a, b) => b.place.at.length - a.place.at.length);
  return best === undefined ? undefined : best.path + path.slice(best.place.at.length);
}

async function judge(entry: ListedEntry, to: string, comparing: Comparing): Promise<"add" | "replace" | "same"> {
  const stats = statAt(to);
  if (stats === undefined) return "add";
  return (await isSame(entry, { to, stats }, comparing)) ? "same" : "replace";
}

async function isSame(
  entry: ListedEntry,
  { to, stats }: { readonly to: string; readonly stats: Stats },
  { owners, destinations }: Comparing,
): Promise<boolean> {
  const isOwned = !owners || (stats.uid === entry.uid && stats.gid === entry.gid);
  const isTimed = (stats.mode & 0o7777) === entry.mode && Math.abs(stats.mtimeMs - entry.mtimeMs) < 1;
  switch (entry.type) {
    case "directory":
      return stats.isDirectory();
    case "link":
      return stats.isSymbolicLink() && isOwned && (await linkAt(to)) === entry.target;
    case "hard": {
      const first = destinationOf(entry.target ?? "", destinations);
      return first !== undefined && stats.isFile() && statAt(first)?.ino === stats.ino;
    }
    case "file":
      if (entry.sqlite === true && hasMore(to)) return false;
      return stats.isFile() && stats.size === entry.size && isTimed && isOwned && (await digestOf(to)) === entry.sha256;
  }
}

/** What a database holds stands in the files beside it as well. */
function hasMore(database: string): boolean {
  return ["-wal", "-journal"].some((ending) => (statAt(database + ending)?.size ?? 0) > 0);
}

async function linkAt(path: string): Promise<string> {
  return nameOfBytes(await readlink(systemPath(path), { encoding: "buffer" }));
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(systemPath(path), { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** All names of one file, or none: a new file under one name leaves the others with the old one. */
function withWholeGroups(found: readonly Difference[]): readonly Difference[] {
  const firstOf = ({ entry }: Difference): string =>
    entry?.type === "hard" ? (entry.target ?? "") : (entry?.path ?? "");
  const changed = new Set(found.filter(({ change }) => change !== "same").map(firstOf));
  return found.map((each) =>
    each.change === "same" && each.entry?.type !== "directory" && changed.has(firstOf(each))
      ? { ...each, change: "replace" }
      : each,
  );
}

/** What is there and is in no backup. Sockets and the like stay: they belong to something that runs. */
async function strangers({ entries, destinations }: Comparing): Promise<readonly Difference[]> {
  const known = new Set(entries.map(({ path }) => path));
  const found: Difference[] = [];
  for (const entry of entries.filter(({ type }) => type === "directory")) {
    const destination = destinations.find(({ place }) => isBelow(entry.path, place.at));
    const to = destinationOf(entry.path, destinations);
    if (destination === undefined || to === undefined || !statAt(to)?.isDirectory()) continue;
    const below = entry.path.slice(destination.place.at.length + 1);
    for (const name of namesIn(to)) {
      const path = below === "" ? name : `${below}/${name}`;
      if (!known.has(`${entry.path}/${name}`)) found.push(...(await strange(destination, path)));
    }
  }
  return found;
}

async function strange(destination: Destination, below: string): Promise<readonly Difference[]> {
  const to = `${destination.path}/${below}`;
  const stats = statAt(to);
  const isDirectory = stats?.isDirectory() === true;
  if (stats === undefined || !destination.wants(below, isDirectory)) return [];
  if (!isDirectory) return stats.isFile() || stats.isSymbolicLink() ? [{ change: "delete", to }] : [];
  if (destination.place.only !== undefined) return [];
  const inside: Difference[] = [];
  for (const name of namesIn(to)) inside.push(...(await strange(destination, `${below}/${name}`)));
  return [...inside, { change: "empty", to }];
}
