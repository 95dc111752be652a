import { dirname } from "node:path";
import type { Files } from "../core/host.ts";
import { forEach } from "./for-each.ts";

/** A directory and those above it; new ones are for the user alone. */
export async function makePrivateDirectory(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  if (dirname(path) !== path) await makePrivateDirectory(dirname(path), files);
  await files.makeDirectory(path, 0o700);
}

/** Makes the names in these directories survive a power cut; a directory that is gone has none. */
export async function syncDirectories(paths: Iterable<string>, files: Files): Promise<void> {
  await forEach([...new Set(paths)], async (path) => {
    if ((await files.stat(path)) !== undefined) await files.syncDirectory(path);
  });
}

/** Takes a file away that may be gone already. */
export async function discard(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) await files.unlink(path);
}
