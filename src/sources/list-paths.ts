import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { DirectoryEntry, ReadFiles } from "../core/host.ts";
import { foldersOf, tooManyFiles } from "./check-entries.ts";
import { hostile, type Origin } from "./hostile.ts";
import { mapBounded, READ_WIDTH } from "./map-bounded.ts";
import { isContent } from "./memory-tree.ts";
import { pathFault } from "./path-fault.ts";
import { MAX_TREE_FILES } from "./tree-limits.ts";

interface Listing {
  readonly directory: string;
  readonly files: ReadFiles;
  readonly only: readonly string[] | undefined;
}

/** The paths of everything in a folder that is content, folders themselves left out. Links are not followed. */
export async function listPaths(origin: Origin, listing: Listing): Promise<readonly string[]> {
  const { directory, files, only } = listing;
  const top = await files.stat((await files.realPath(directory)) ?? directory);
  if (top?.type !== "directory") {
    throw new AtkError("E_SOURCE", `${origin.what}: there is no folder at ${directory}`, {
      at: { file: directory },
    });
  }
  return only === undefined ? walk(origin, listing) : named(only, origin, listing);
}

async function walk(origin: Origin, { directory, files }: Listing): Promise<readonly string[]> {
  const found: string[] = [];
  let seen = 0;
  let level: readonly string[] = [""];
  while (level.length > 0) {
    const lists = await mapBounded(level, READ_WIDTH, async (folder) => {
      const entries = (await files.list(join(directory, folder))) ?? [];
      seen += entries.length;
      if (seen > MAX_TREE_FILES * 2) throw tooManyFiles(origin);
      return sortOut(folder, entries, origin);
    });
    found.push(...lists.flatMap((list) => list.paths));
    if (found.length > MAX_TREE_FILES) throw tooManyFiles(origin);
    level = lists.flatMap((list) => list.folders);
  }
  return found;
}

interface Sorted {
  readonly paths: readonly string[];
  readonly folders: readonly string[];
}

function sortOut(folder: string, entries: readonly DirectoryEntry[], origin: Origin): Sorted {
  const paths: string[] = [];
  const folders: string[] = [];
  for (const { name, type } of entries) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (!isContent(path, origin)) continue;
    const fault = pathFault(path);
    if (fault !== undefined) throw hostile(origin, path, fault);
    (type === "directory" ? folders : paths).push(path);
  }
  return { paths, folders };
}

/** A folder on the way that has become a link would lead outside. */
async function named(
  only: readonly string[],
  origin: Origin,
  { directory, files }: Listing,
): Promise<readonly string[]> {
  for (const path of only) {
    const fault = pathFault(path);
    if (fault !== undefined) throw hostile(origin, path, fault);
  }
  const folders = [...new Set(only.flatMap(foldersOf))];
  await mapBounded(folders, READ_WIDTH, async (folder) => {
    const stat = await files.stat(join(directory, folder));
    if (stat?.type === "link") throw hostile(origin, folder, "a link is where a folder was expected");
  });
  return only;
}
