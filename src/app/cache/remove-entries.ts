import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Files, Host } from "../../core/host.ts";
import { makeDirectories, removeAll } from "../../sources/scratch.ts";
import type { CacheEntry } from "./list-cache.ts";

/** Takes entries away, each by one rename first: nobody ever finds half of one. */
export async function removeEntries(
  entries: readonly Pick<CacheEntry, "path">[],
  directory: string,
  { files }: Host,
): Promise<void> {
  const parent = join(directory, "tmp");
  await makeDirectories(files, parent);
  for (const { path } of entries) {
    const away = join(parent, `atk-${randomUUID()}`);
    const moved = await files.rename(path, away).then(
      () => true,
      (error: unknown) => isGone(path, error, files),
    );
    if (moved) await removeAll(away, files);
  }
}

/** Another process removed it meanwhile. */
async function isGone(path: string, error: unknown, files: Files): Promise<false> {
  if (error instanceof AtkError && (await files.stat(path)) === undefined) return false;
  throw error;
}

/** Takes shared files away that no kept tree has any more. Gives how many bytes that were. */
export async function removeUnshared(directory: string, { files }: Host, dryRun = false): Promise<number> {
  const used = await filesInUse(directory, files);
  const pool = join(directory, "files");
  let freedBytes = 0;
  for (const { name: shelf } of (await files.list(pool)) ?? []) {
    for (const { name } of (await files.list(join(pool, shelf))) ?? []) {
      if (used.has(name)) continue;
      freedBytes += (await files.stat(join(pool, shelf, name)))?.sizeBytes ?? 0;
      if (!dryRun) await removeAll(join(pool, shelf, name), files).catch(() => undefined);
    }
    if (!dryRun) await files.removeDirectory(join(pool, shelf));
  }
  return freedBytes;
}

async function filesInUse(directory: string, files: Files): Promise<ReadonlySet<string>> {
  const trees = (await files.list(join(directory, "store"))) ?? [];
  const lists = await Promise.all(trees.map(({ name }) => files.list(join(directory, "store", name, "files"))));
  return new Set(lists.flatMap((list) => (list ?? []).map(({ name }) => name)));
}
