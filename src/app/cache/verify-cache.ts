import { join } from "node:path";
import type { Host } from "../../core/host.ts";
import { sha256Of } from "../../sources/create-tree.ts";
import { inspectStored, type Difference } from "../../sources/inspect-stored.ts";
import { removeAll } from "../../sources/scratch.ts";
import { openCache } from "./cache-place.ts";
import { listCache, type CacheEntry } from "./list-cache.ts";
import { removeEntries } from "./remove-entries.ts";

export interface Damaged {
  readonly path: string;
  readonly neededBy: readonly string[];
  readonly differences: readonly Difference[];
}

export interface CacheCheck {
  readonly directory: string;
  /** Number of entries that were read. */
  readonly checked: number;
  readonly damaged: readonly Damaged[];
  /** true: what was damaged is gone now. */
  readonly fixed: boolean;
}

/** Reads every byte of the cache; with `fix` what is damaged is removed, so that it is fetched again when it is needed. */
export async function verifyCache(fix: boolean, host: Host): Promise<CacheCheck> {
  const { directory, homes } = await openCache(host);
  const { entries } = await listCache(host, directory, homes);
  const damaged = [...(await damagedEntries(entries, directory, host)), ...(await damagedFiles(directory, host))];
  if (fix) await remove(damaged, directory, host);
  return { directory, checked: entries.length, damaged, fixed: fix && damaged.length > 0 };
}

async function damagedEntries(
  entries: readonly CacheEntry[],
  directory: string,
  { files }: Host,
): Promise<readonly Damaged[]> {
  const found: Damaged[] = [];
  for (const { kind, id, path, neededBy, complete } of entries) {
    if (kind === "npm") {
      const differences = complete ? await installedDifferences(path, files) : [HALF_DONE];
      if (differences.length > 0) found.push({ path, neededBy, differences });
      continue;
    }
    const stored = await inspectStored(id, directory, files);
    if (stored.state === "damaged") found.push({ path, neededBy, differences: stored.differences });
  }
  return found;
}

async function installedDifferences(path: string, files: Host["files"]): Promise<readonly Difference[]> {
  const { verifyFolder } = await import("../../pins/npm-store.ts");
  const found = (await verifyFolder(path, files)) ?? [];
  return found.map((each) => ({ path: each.path, expected: "as it was installed", found: each.is }));
}

const HALF_DONE: Difference = { path: "complete", expected: "a finished download", found: "nothing" };

/** Files that trees share, whichever trees those are. */
async function damagedFiles(directory: string, { files }: Host): Promise<readonly Damaged[]> {
  const pool = join(directory, "files");
  const found: Damaged[] = [];
  for (const { name: shelf } of (await files.list(pool)) ?? []) {
    for (const { name } of (await files.list(join(pool, shelf))) ?? []) {
      const path = join(pool, shelf, name);
      const stat = await files.stat(path);
      const bytes = stat?.type === "file" ? await files.read(path) : undefined;
      const now = bytes === undefined ? `a ${stat?.type ?? "file that is gone"}` : sha256Of(bytes);
      if (now !== name) found.push({ path, neededBy: [], differences: [{ path: name, expected: name, found: now }] });
    }
  }
  return found;
}

async function remove(damaged: readonly Damaged[], directory: string, host: Host): Promise<void> {
  const pool = join(directory, "files");
  const isShared = ({ path }: Damaged): boolean => path.startsWith(pool);
  await removeEntries(
    damaged.filter((each) => !isShared(each)),
    directory,
    host,
  );
  for (const { path } of damaged.filter(isShared)) await removeAll(path, host.files);
}
