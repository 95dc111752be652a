import { join } from "node:path";
import type { FileStat, ReadFiles } from "../core/host.ts";
import { tooLarge, tooManyFiles } from "./check-entries.ts";
import { createTree, sha256Of } from "./create-tree.ts";
import { hostile, type Origin } from "./hostile.ts";
import { listPaths } from "./list-paths.ts";
import { mapBounded, READ_WIDTH } from "./map-bounded.ts";
import type { Tree, TreeEntry } from "./tree.ts";
import { MAX_TREE_BYTES, MAX_TREE_FILES } from "./tree-limits.ts";

export interface ReadTreeOptions {
  /** Only these paths; what else lies in the folder is not looked at, and what of them is gone is left out. */
  readonly only?: readonly string[];
  /** What is executable, where the file system cannot say it (Windows) or may not (packages). Default: the owner's x bit. */
  readonly isExecutable?: (path: string) => boolean;
  /** The words for it in messages; default: the folder. */
  readonly what?: string;
}

/**
 * A plugin's folder as a tree: every file read once, links never followed, data (`.env`, `custom/`, ...) never opened.
 * Cost: linear in files and bytes, 16 files at a time.
 * @throws AtkError E_HOSTILE naming the path and why.
 */
export async function readTree(directory: string, files: ReadFiles, options: ReadTreeOptions = {}): Promise<Tree> {
  const origin: Origin = { what: options.what ?? directory, directory };
  const paths = await listPaths(origin, { directory, files, only: options.only });
  const budget = createBudget(origin);
  const found = await mapBounded(paths, READ_WIDTH, (path) =>
    readEntry(path, { directory, files, origin, budget, options }),
  );
  const read = async (path: string): Promise<Uint8Array | undefined> => files.read(join(directory, path));
  return createTree(
    found.filter((entry) => entry !== undefined),
    read,
    origin,
  );
}

/** Stops before the file that is too much is read. */
interface Budget {
  take(sizeBytes: number): void;
}

function createBudget(origin: Origin): Budget {
  let leftBytes = MAX_TREE_BYTES;
  let leftFiles = MAX_TREE_FILES;
  return {
    take(sizeBytes) {
      leftBytes -= sizeBytes;
      leftFiles -= 1;
      if (leftFiles < 0) throw tooManyFiles(origin);
      if (leftBytes < 0) throw tooLarge(origin);
    },
  };
}

interface Reading {
  readonly directory: string;
  readonly files: ReadFiles;
  readonly origin: Origin;
  readonly budget: Budget;
  readonly options: ReadTreeOptions;
}

async function readEntry(path: string, reading: Reading): Promise<TreeEntry | undefined> {
  const { directory, files, origin, budget } = reading;
  const stat = await files.stat(join(directory, path));
  if (stat === undefined) return undefined;
  if (stat.type === "link") return { type: "link", path, target: await readTarget(path, reading) };
  if (stat.type === "directory") throw hostile(origin, path, "a folder is where a file was expected");
  if (stat.type === "other") throw hostile(origin, path, "it is a device, a pipe or a socket");
  budget.take(stat.sizeBytes);
  const bytes = (await files.read(join(directory, path))) ?? new Uint8Array();
  return {
    type: "file",
    path,
    executable: isExecutable(path, stat, reading),
    sizeBytes: bytes.length,
    sha256: sha256Of(bytes),
  };
}

async function readTarget(path: string, { directory, files }: Reading): Promise<string> {
  return ((await files.readLink(join(directory, path))) ?? "").replaceAll("\\", "/");
}

function isExecutable(path: string, stat: FileStat, { options }: Reading): boolean {
  return options.isExecutable === undefined ? (stat.mode & 0o100) !== 0 : options.isExecutable(path);
}
