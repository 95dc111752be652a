import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { BackupTarget } from "../../manifest/upkeep.ts";
import { targetFault } from "../backup-fault.ts";
import type { TargetDeps } from "../open-target.ts";
import type { Target } from "../target.ts";

const CHUNK_BYTES = 512 * 1024;

/** A folder of this machine: a disk, a share that is mounted. Relative paths are below the folder of the manifest. */
export async function openPath(
  name: string,
  { path }: Extract<BackupTarget, { readonly type: "path" }>,
  { host, directory }: TargetDeps,
): Promise<Target> {
  const root =
    path === "~" || path.startsWith("~/") ? join(host.machine.homeDirectory, path.slice(1)) : resolve(directory, path);
  return pathTarget(name, root);
}

/** The same for a folder given absolutely; it is made when the first file is written, its parent is not. */
export function pathTarget(name: string, root: string): Target {
  const at = (path: string): string => inside(name, root, path);
  const target: Target = {
    name,
    raw: false,
    list: (folder) => listBelow(name, root, folder),
    read: (path) => readFrom(name, at(path)),
    write: (path, content) => writeTo(name, root, { path: at(path), content }),
    remove: (path) => removeFile(name, root, at(path)),
  };
  folders.add(target);
  return target;
}

const folders = new WeakSet<Target>();

/** Whether a target is a folder of this machine: quick, and there as long as its disk is. */
export function isFolder(target: Target): boolean {
  return folders.has(target);
}

function inside(name: string, root: string, path: string): string {
  const full = resolve(root, path);
  if (full.startsWith(root + sep)) return full;
  throw new AtkError("E_BACKUP", `backup target ${name}: ${JSON.stringify(path)} is not a path inside of it`);
}

async function listBelow(
  name: string,
  root: string,
  folder: string,
): Promise<readonly { readonly path: string; readonly size: number }[]> {
  const found: { path: string; size: number }[] = [];
  const walk = async (relative: string): Promise<void> => {
    const full = join(root, relative);
    const entries = await readdir(full, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw targetFault(name, "list", full, error);
    });
    for (const entry of entries) {
      const path = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) {
        // Somebody else may prune meanwhile.
        const info = await stat(join(root, path)).catch(() => undefined);
        if (info !== undefined) found.push({ path, size: info.size });
      }
    }
  };
  await walk(folder);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function* readFrom(name: string, path: string): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) yield chunk as Uint8Array;
  } catch (error) {
    throw targetFault(name, "read", path, error);
  }
}

async function writeTo(
  name: string,
  root: string,
  { path, content }: { readonly path: string; readonly content: AsyncIterable<Uint8Array> },
): Promise<void> {
  const part = `${path}.part-${randomBytes(6).toString("hex")}`;
  try {
    await makeFolders(dirname(path), root);
    await writeSynced(part, content);
    await rename(part, path);
    await syncDirectory(dirname(path));
    await syncDirectory(dirname(dirname(path)));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    await removeEmptyAbove(part, root);
    throw targetFault(name, "write", path, error);
  }
}

/** A folder that is not there and whose parent is not either is a disk that is not mounted, more likely than a wish. */
async function makeFolders(path: string, root: string): Promise<void> {
  await mkdir(root, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await mkdir(path, { recursive: true, mode: 0o700 });
}

async function writeSynced(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of content) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Windows has no such call, and some network file systems refuse it. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r").catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}

/** With the folders that are empty then. */
async function removeFile(name: string, root: string, path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw targetFault(name, "remove", path, error);
  }
  await removeEmptyAbove(path, root);
}

async function removeEmptyAbove(path: string, root: string): Promise<void> {
  for (let folder = dirname(path); folder !== root && folder.startsWith(root); folder = dirname(folder)) {
    const emptied = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!emptied) return;
  }
}
