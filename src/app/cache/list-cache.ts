import { join } from "node:path";
import type { Files, Host } from "../../core/host.ts";
import { isIntegrity, USED } from "../../sources/store-index.ts";
import type { KnownHome } from "./known-homes.ts";

/** One thing that the cache keeps and that can be had again. */
export interface CacheEntry {
  /** tree: a plugin's content. npm: the packages of a server. */
  readonly kind: "tree" | "npm";
  /** Name of its folder. */
  readonly id: string;
  readonly path: string;
  readonly files: number;
  /** Of all its files; what it shares with others is counted in each. */
  readonly sizeBytes: number;
  /** ISO 8601; when it was put there or last used by a run that changed something, exact to half an hour. */
  readonly lastUsed: string;
  /** Folders of the manifests whose locks name it. */
  readonly neededBy: readonly string[];
  /** false: its download was stopped half way. */
  readonly complete: boolean;
}

export interface CacheList {
  readonly directory: string;
  /** Sorted by kind and id. */
  readonly entries: readonly CacheEntry[];
  /** What all of it takes on the disk: shared files count once. */
  readonly sizeBytes: number;
}

/** What the cache keeps. Looks at names and sizes, reads no content. */
export async function listCache(host: Host, cacheDirectory: string, homes: readonly KnownHome[]): Promise<CacheList> {
  const seen = new Set<number>();
  const entries: CacheEntry[] = [];
  let sizeBytes = 0;
  for (const [kind, folder] of FOLDERS) {
    for (const { name, type } of (await host.files.list(join(cacheDirectory, folder))) ?? []) {
      if (type !== "directory" || (kind === "tree" && !isIntegrity(name))) continue;
      const path = join(cacheDirectory, folder, name);
      const measured = await measure(path, seen, host.files);
      sizeBytes += measured.ownBytes;
      entries.push(await entryAt({ kind, id: name, path }, measured, homes, host));
    }
  }
  const pool = await measure(join(cacheDirectory, "files"), seen, host.files);
  return { directory: cacheDirectory, entries, sizeBytes: sizeBytes + pool.ownBytes };
}

const FOLDERS: readonly (readonly [CacheEntry["kind"], string])[] = [
  ["tree", "store"],
  ["npm", "npm"],
];

type Named = Pick<CacheEntry, "kind" | "id" | "path">;

async function entryAt(
  named: Named,
  { files, sizeBytes }: Measured,
  homes: readonly KnownHome[],
  host: Host,
): Promise<CacheEntry> {
  const { kind, id, path } = named;
  const stat = async (name: string): Promise<number | undefined> => (await host.files.stat(join(path, name)))?.mtimeMs;
  const marker = await stat(kind === "tree" ? "tree.json" : "complete");
  const last = (await stat(USED)) ?? marker ?? (await host.files.stat(path))?.mtimeMs ?? 0;
  const digest = /[0-9a-f]{64}/.exec(id)?.[0] ?? id;
  const neededBy = homes.filter(({ digests }) => digests.has(digest)).map(({ directory }) => directory);
  return {
    ...named,
    files,
    sizeBytes,
    lastUsed: new Date(last).toISOString(),
    neededBy,
    complete: marker !== undefined,
  };
}

interface Measured {
  readonly files: number;
  readonly sizeBytes: number;
  /** Without files that were seen before under another name. */
  readonly ownBytes: number;
}

async function measure(path: string, seen: Set<number>, files: Files): Promise<Measured> {
  const stat = await files.stat(path);
  if (stat === undefined) return { files: 0, sizeBytes: 0, ownBytes: 0 };
  if (stat.type !== "directory") {
    const ownBytes = seen.has(stat.inode) ? 0 : stat.sizeBytes;
    seen.add(stat.inode);
    return { files: 1, sizeBytes: stat.sizeBytes, ownBytes };
  }
  let sum: Measured = { files: 0, sizeBytes: 0, ownBytes: 0 };
  for (const { name } of (await files.list(path)) ?? []) {
    const each = await measure(join(path, name), seen, files);
    sum = {
      files: sum.files + each.files,
      sizeBytes: sum.sizeBytes + each.sizeBytes,
      ownBytes: sum.ownBytes + each.ownBytes,
    };
  }
  return sum;
}
