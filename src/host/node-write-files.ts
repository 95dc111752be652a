import { setTimeout as sleep } from "node:timers/promises";
import type { WriteFiles } from "../core/host.ts";
import { fileFault, systemCode } from "./file-fault.ts";
import type { NodeFs } from "./node-files.ts";

/** The writing half of `nodeFiles`. */
export function writeHalf(fs: NodeFs): WriteFiles {
  return {
    create: (path, bytes, mode) => create(fs, { path, bytes, mode }),
    append: (path, bytes, mode) =>
      attempt("append to", path, () => writeSynced(fs, fs.openSync(path, "a", mode), bytes)),
    rename: (from, to) => attempt("rename to", to, () => renamePatiently(fs, from, to)),
    hardLink: (from, to) => attempt("make a hard link at", to, () => fs.linkSync(from, to)),
    symlink: (target, path) => attempt("make a link at", path, () => fs.symlinkSync(target, path)),
    unlink: (path) => attempt("remove", path, () => fs.unlinkSync(path)),
    makeDirectory: (path, mode) => attempt("make the directory", path, () => makeDirectory(fs, path, mode)),
    removeDirectory: (path) => attempt("remove the directory", path, () => removeDirectory(fs, path)),
    changeMode: (path, mode) => attempt("change the permissions of", path, () => fs.chmodSync(path, mode)),
    syncDirectory: (path) => attempt("sync the directory", path, () => syncDirectory(fs, path)),
  };
}

async function attempt<T>(task: string, path: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw fileFault(task, path, error);
  }
}

interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** A file that could not be written in full is taken away again: a torn file must not be taken for a finished one. */
function create(fs: NodeFs, { path, bytes, mode }: NewFile): Promise<void> {
  return attempt("write", path, async () => {
    const descriptor = fs.openSync(path, "wx", mode);
    try {
      await writeSynced(fs, descriptor, bytes);
    } catch (error) {
      fs.rmSync(path, { force: true });
      throw error;
    }
  });
}

async function writeSynced(fs: NodeFs, descriptor: number, bytes: Uint8Array): Promise<void> {
  try {
    fs.writeFileSync(descriptor, bytes);
    await sync(fs, descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Some network and user-space file systems have no fsync. (fsync(2): EINVAL; Linux FUSE: ENOSYS) */
const NO_SYNC: ReadonlySet<string | undefined> = new Set(["EINVAL", "ENOSYS", "ENOTSUP"]);

function sync(fs: NodeFs, descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fsync(descriptor, (error) => {
      if (error === null || error === undefined || NO_SYNC.has(systemCode(error))) resolve();
      else reject(error);
    });
  });
}

/** On Windows a file that a client or a virus scanner has open cannot be replaced for a moment. */
const IN_USE: ReadonlySet<string | undefined> = new Set(["EPERM", "EACCES", "EBUSY"]);
const PATIENCE_MS: readonly number[] = [10, 20, 40, 80, 160, 320, 640];

async function renamePatiently(fs: NodeFs, from: string, to: string): Promise<void> {
  for (const pauseMs of PATIENCE_MS) {
    try {
      return fs.renameSync(from, to);
    } catch (error) {
      if (process.platform !== "win32" || !IN_USE.has(systemCode(error))) throw error;
    }
    await sleep(pauseMs);
  }
  fs.renameSync(from, to);
}

function makeDirectory(fs: NodeFs, path: string, mode = 0o777): void {
  try {
    fs.mkdirSync(path, { mode });
  } catch (error) {
    const isThere = fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (systemCode(error) !== "EEXIST" || !isThere) throw error;
  }
}

const NOT_EMPTY_OR_ABSENT: ReadonlySet<string | undefined> = new Set(["ENOTEMPTY", "EEXIST", "ENOENT"]);

function removeDirectory(fs: NodeFs, path: string): boolean {
  try {
    fs.rmdirSync(path);
    return true;
  } catch (error) {
    if (NOT_EMPTY_OR_ABSENT.has(systemCode(error))) return false;
    throw error;
  }
}

/** Windows cannot open a directory; a directory that we may write but not read cannot be opened either. */
const NO_DIRECTORY_SYNC: ReadonlySet<string | undefined> = new Set(["EISDIR", "EPERM", "EACCES", "EBADF"]);

async function syncDirectory(fs: NodeFs, path: string): Promise<void> {
  try {
    const descriptor = fs.openSync(path, "r");
    await sync(fs, descriptor).finally(() => fs.closeSync(descriptor));
  } catch (error) {
    if (!NO_DIRECTORY_SYNC.has(systemCode(error))) throw error;
  }
}
