import { chmodSync, closeSync, ftruncateSync, lchownSync, lutimesSync, openSync, writeSync } from "node:fs";
import { copyFile, link, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileFault } from "../../host/file-fault.ts";
import { bytesOfName, systemPath } from "../archive/byte-names.ts";
import type { ListedEntry } from "../archive/entry.ts";
import type { Bytes } from "../archive/streams.ts";
import type { OpenEntry } from "../read-backup.ts";

export interface Staging {
  /** Where an entry is put until everything is verified; undefined: it is not needed. The folders are there. */
  folderOf(entry: ListedEntry): string | undefined;
  readonly owners: boolean;
}

/** Name of an entry in its staging folder. */
export function stagedPath(folder: string, { n }: Pick<ListedEntry, "n">): string {
  return join(folder, String(n));
}

/**
 * Writes what is needed of a backup beside its place, with modes, owners, times and holes; folders are not made here. All of the
 * entries are read, so that when this returns every digest was compared.
 * @throws AtkError E_FILE for a full disk and its like, and what reading throws: then the folders hold rubbish
 */
export async function stageEntries(entries: AsyncIterable<OpenEntry>, staging: Staging): Promise<void> {
  const staged = new Map<string, string>();
  for await (const { entry, content } of entries) {
    const folder = staging.folderOf(entry);
    if (folder === undefined || entry.type === "directory") continue;
    const path = stagedPath(folder, entry);
    if (entry.type === "file") staged.set(entry.path, path);
    if (entry.type === "hard") await attempt(path, () => secondName(staged.get(entry.target ?? "") ?? path, path));
    else if (entry.type === "link") await attempt(path, () => symlink(bytesOfName(entry.target ?? ""), path));
    else await writeFile(path, entry, content);
    if (entry.type !== "hard") await attempt(path, async () => giveBack(path, entry, staging.owners));
  }
}

/** Places may lie on different disks. */
async function secondName(first: string, path: string): Promise<void> {
  await link(first, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EXDEV" && error.code !== "EPERM") throw error;
    return copyFile(first, path);
  });
}

async function attempt(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw fileFault("write", path, error);
  }
}

/** The owner first: changing it takes setuid away. */
export function giveBack(path: string, { type, mode, mtimeMs, uid, gid }: ListedEntry, owners: boolean): void {
  const at = systemPath(path);
  if (owners) lchownSync(at, uid, gid);
  if (type !== "link") chmodSync(at, mode);
  lutimesSync(at, mtimeMs / 1000, mtimeMs / 1000);
}

const HOLE = 4096;

/** Without waiting for each call: of 20,000 files that would be most of the time. */
async function writeFile(path: string, { sparse, size }: ListedEntry, content: Bytes): Promise<void> {
  // Faults of the content are those of the backup, and go through as they are.
  const attemptNow = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw fileFault("write", path, error);
    }
  };
  const file = attemptNow(() => openSync(path, "wx", 0o600));
  const write: WriteAt = (chunk, at) =>
    attemptNow(() => {
      for (let done = 0; done < chunk.length;) done += writeSync(file, chunk, done, chunk.length - done, at + done);
    });
  let at = 0;
  try {
    for await (const chunk of content) {
      if (sparse === true) writeAround(chunk, at, write);
      else write(chunk, at);
      at += chunk.length;
    }
    if (sparse === true) attemptNow(() => ftruncateSync(file, size));
  } finally {
    closeSync(file);
  }
}

type WriteAt = (piece: Uint8Array, at: number) => void;

/** Blocks of zeros are left out: the file system gives zeros where nothing was written. */
function writeAround(chunk: Uint8Array, at: number, write: WriteAt): void {
  for (let from = 0; from < chunk.length;) {
    const end = Math.min(chunk.length, from + HOLE - ((at + from) % HOLE));
    const block = chunk.subarray(from, end);
    if (block.some((byte) => byte !== 0)) write(block, at + from);
    from = end;
  }
}
