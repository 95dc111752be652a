import { dirname, join } from "node:path";
import type { Files } from "../core/host.ts";
import { AtkError } from "../core/errors.ts";
import { sha256Of } from "./create-tree.ts";
import { makeDirectories } from "./scratch.ts";

/** Nobody writes to what is shared, not even its owner by accident. */
const READ_ONLY = 0o400;

/**
 * The same file of many trees lies on the disk once: `<cache>/files/<aa>/<sha256>`, with hard links from the trees.
 * Where there are no hard links a tree has files of its own, and nothing lies in the pool. (docs/decisions/0013)
 */
export function pooledFile(sha256: string, cacheDirectory: string): string {
  return join(cacheDirectory, "files", sha256.slice(0, 2), sha256);
}

export interface PoolFile {
  readonly sha256: string;
  /** Where the tree wants it; must not exist. */
  readonly path: string;
  read(): Promise<Uint8Array>;
}

/** Puts a file into a tree that is being written: linked from the pool when it has it whole, else written and given to the pool. */
export async function placeShared(file: PoolFile, cacheDirectory: string, files: Files): Promise<void> {
  const pooled = pooledFile(file.sha256, cacheDirectory);
  if (await linkWhole(file, pooled, files)) return;
  await files.create(file.path, await file.read(), READ_ONLY);
  await makeDirectories(files, dirname(pooled));
  // Another process may have put it there, or the file system has no links: both are well.
  await files.hardLink(file.path, pooled).catch(onlyFileFaults);
}

async function linkWhole({ sha256, path }: PoolFile, pooled: string, files: Files): Promise<boolean> {
  const stat = await files.stat(pooled);
  if (stat === undefined) return false;
  const bytes = stat.type === "file" ? await files.read(pooled) : undefined;
  if (bytes === undefined || sha256Of(bytes) !== sha256) {
    await files.unlink(pooled).catch(onlyFileFaults);
    return false;
  }
  try {
    await files.hardLink(pooled, path);
    return true;
  } catch (error) {
    // Also when the file has as many links as the file system allows. (link(2): EMLINK)
    onlyFileFaults(error);
    return false;
  }
}

function onlyFileFaults(error: unknown): void {
  if (!(error instanceof AtkError) || error.code !== "E_FILE") throw error;
}
