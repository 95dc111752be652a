import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { openCache } from "./cache-place.ts";
import { listCache, type CacheEntry } from "./list-cache.ts";
import { removeEntries, removeUnshared } from "./remove-entries.ts";

export interface PruneRequest {
  /** Also what a lock needs. */
  readonly all: boolean;
  /** Only what was not used for so long; 0: whenever it was used. */
  readonly olderThanMs: number;
  readonly dryRun: boolean;
}

export interface Pruned {
  readonly directory: string;
  readonly removed: readonly CacheEntry[];
  readonly kept: readonly CacheEntry[];
  readonly freedBytes: number;
  /** Homes whose locks could not be asked. */
  readonly unknownHomes: number;
}

/** Removes what no lock of this machine needs. Everything can be had again from its source. */
export async function pruneCache({ all, olderThanMs, dryRun }: PruneRequest, host: Host): Promise<Pruned> {
  const { directory, homes, unknown } = await openCache(host);
  const before = await listCache(host, directory, homes);
  const oldest = host.now().getTime() - olderThanMs;
  const goes = ({ neededBy, lastUsed, complete }: CacheEntry): boolean =>
    (all || neededBy.length === 0 || !complete) && (olderThanMs === 0 || Date.parse(lastUsed) < oldest);
  const removed = before.entries.filter(goes);
  const kept = before.entries.filter((entry) => !goes(entry));
  if (dryRun) return { directory, removed, kept, freedBytes: sumOf(removed), unknownHomes: unknown };
  await removeEntries(removed, directory, host);
  await removeUnshared(directory, host);
  const after = await listCache(host, directory, homes);
  return { directory, removed, kept, freedBytes: before.sizeBytes - after.sizeBytes, unknownHomes: unknown };
}

function sumOf(entries: readonly CacheEntry[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

const UNITS: Readonly<Record<string, number>> = {
  h: 60 * 60 * 1000,
  d: 24 * 60 * 60 * 1000,
  w: 7 * 24 * 60 * 60 * 1000,
};

/** "30d", "12h", "2w" in milliseconds. @throws AtkError E_USAGE */
export function readAge(text: string): number {
  const [, number, unit = ""] = /^(\d+)([hdw])$/.exec(text) ?? [];
  const unitMs = UNITS[unit];
  if (number === undefined || unitMs === undefined)
    throw new AtkError("E_USAGE", `--older-than takes a number of hours, days or weeks, such as 30d, not '${text}'`);
  return Number(number) * unitMs;
}
