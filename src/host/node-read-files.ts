import type { Dirent, Stats } from "node:fs";
import { AtkError } from "../core/errors.ts";
import type { DirectoryEntry, FileStat, ReadFiles } from "../core/host.ts";
import { fileFault, systemCode } from "./file-fault.ts";
import type { NodeFs } from "./node-files.ts";

/** The reading half of `nodeFiles`. */
export function readHalf(fs: NodeFs): ReadFiles {
  return {
    read: async (path) => orAbsent("read", path, () => readRegular(fs, path)),
    stat: async (path) => orAbsent("look at", path, () => toStat(fs.lstatSync(path, { throwIfNoEntry: false }))),
    readLink: async (path) => orAbsent("read the link", path, () => fs.readlinkSync(path)),
    realPath: async (path) => orAbsent("follow", path, () => fs.realpathSync.native(path)),
    list: async (path) => list(fs, path),
  };
}

/** ENOTDIR: something on the way is a file, so there is nothing at the path. */
const ABSENT: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR"]);

function orAbsent<T>(task: string, path: string, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof AtkError) throw error;
    if (ABSENT.has(systemCode(error))) return undefined;
    throw fileFault(task, path, error);
  }
}

/** Opened without blocking: a named pipe in place of a configuration file must not make atk wait for ever. */
function readRegular(fs: NodeFs, path: string): Uint8Array {
  const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
  const descriptor = fs.openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    const stats = fs.fstatSync(descriptor);
    if (!stats.isFile()) throw notRegular(path, stats);
    return fs.readFileSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function notRegular(path: string, stats: Stats): AtkError {
  const found = stats.isDirectory() ? "it is a directory (EISDIR)" : "it is not a regular file";
  return new AtkError("E_FILE", `cannot read ${path}: ${found}`, {
    at: { file: path },
    hint: `look at it: ls -ld ${path}`,
  });
}

function toStat(stats: Stats | undefined): FileStat | undefined {
  if (stats === undefined) return undefined;
  return {
    type: typeOf(stats),
    mode: stats.mode & 0o7777,
    sizeBytes: stats.size,
    mtimeMs: stats.mtimeMs,
    ctimeMs: stats.ctimeMs,
    inode: stats.ino,
    uid: stats.uid,
  };
}

function typeOf(entry: Stats | Dirent): FileStat["type"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "link" : "other";
}

function list(fs: NodeFs, path: string): readonly DirectoryEntry[] | undefined {
  try {
    const entries = fs.readdirSync(path, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, type: typeOf(entry) })).sort(byName);
  } catch (error) {
    if (ABSENT.has(systemCode(error)) && !isThere(fs, path)) return undefined;
    throw fileFault("list", path, error);
  }
}

function isThere(fs: NodeFs, path: string): boolean {
  return orAbsent("look at", path, () => fs.statSync(path, { throwIfNoEntry: false })) !== undefined;
}

function byName(a: DirectoryEntry, b: DirectoryEntry): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
