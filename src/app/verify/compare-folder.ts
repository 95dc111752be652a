import { dirname, join } from "node:path";
import type { FileStat, ReadFiles } from "../../core/host.ts";
import type { TreeFile } from "../../core/resource.ts";
import { sha256Of } from "../../sources/create-tree.ts";
import type { Difference } from "../../sources/inspect-stored.ts";
import { mapBounded, READ_WIDTH } from "../../sources/map-bounded.ts";

export interface Folder {
  readonly directory: string;
  /** What must be there; other files are somebody's data and are not looked at. */
  readonly entries: readonly TreeFile[];
  /** false on Windows, whose file systems have no x bit. */
  readonly keepsExecutableBit: boolean;
}

/** Every byte, link and x bit of the listed files. What time stamps say is not believed. */
export async function compareFolder(folder: Folder, files: ReadFiles): Promise<readonly Difference[]> {
  const detours = await findDetours(folder, files);
  if (detours.length > 0) return detours;
  const found = await mapBounded(folder.entries, READ_WIDTH, async (entry) => {
    const expected = describe(entry, folder);
    const now = await describeNow(entry, folder, files);
    return now === expected ? [] : [{ path: entry.path, expected, found: now }];
  });
  return found.flat();
}

/** A folder on the way that was swapped for a link would show files of somewhere else. */
async function findDetours({ directory, entries }: Folder, files: ReadFiles): Promise<readonly Difference[]> {
  const folders = [...new Set(["", ...entries.flatMap(({ path }) => parentsOf(path))])].sort();
  const found = await Promise.all(
    folders.map(async (path) => {
      const stat = await files.stat(join(directory, path));
      // What is absent is said of each file.
      if (stat === undefined || stat.type === "directory") return [];
      const now = stat.type === "link" ? `a link to ${await files.readLink(join(directory, path))}` : aWord(stat.type);
      return [{ path: path === "" ? "." : path, expected: "a directory", found: now }];
    }),
  );
  return found.flat();
}

function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === "." ? [] : [...parentsOf(parent), parent];
}

function describe(entry: TreeFile, { keepsExecutableBit }: Folder): string {
  if (entry.type === "link") return `a link to ${entry.target}`;
  return withBit(entry.sha256, keepsExecutableBit && entry.executable);
}

async function describeNow(
  entry: TreeFile,
  { directory, keepsExecutableBit }: Folder,
  files: ReadFiles,
): Promise<string> {
  const path = join(directory, entry.path);
  const stat = await files.stat(path);
  if (stat === undefined) return "nothing";
  if (stat.type === "link") return `a link to ${await files.readLink(path)}`;
  if (stat.type !== "file") return aWord(stat.type);
  const bytes = await files.read(path);
  if (bytes === undefined) return "nothing";
  return withBit(sha256Of(bytes), keepsExecutableBit && (stat.mode & 0o100) !== 0);
}

function withBit(sha256: string, executable: boolean): string {
  return executable ? `${sha256} (executable)` : sha256;
}

function aWord(type: FileStat["type"]): string {
  return type === "other" ? "a pipe, socket or device" : `a ${type}`;
}
