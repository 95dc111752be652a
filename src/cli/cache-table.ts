import type { CacheEntry } from "../app/cache/list-cache.ts";
import { showBytes } from "./show-bytes.ts";
import { table } from "./table.ts";

const TITLES = ["KIND", "CONTENT", "FILES", "SIZE", "LAST USED", "NEEDED BY"];

/** Entries of the cache, a line each. */
export function cacheTable(entries: readonly CacheEntry[]): string {
  return table(TITLES, entries.map(rowOf));
}

function rowOf({ kind, id, files, sizeBytes, lastUsed, neededBy, complete }: CacheEntry): readonly string[] {
  const needed = complete ? neededBy.join(", ") || "-" : "(stopped half way)";
  return [kind, id.slice(0, 19), String(files), showBytes(sizeBytes), lastUsed.slice(0, 16).replace("T", " "), needed];
}
