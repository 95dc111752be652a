import { dirname, join, resolve } from "node:path";
import type { ReadFiles } from "../core/host.ts";
import type { Operation } from "./git.ts";

/** The nearest folder, from `directory` upwards, that is the top of a working tree. */
export async function findRepository(files: ReadFiles, directory: string): Promise<string | undefined> {
  if ((await gitDirectory(files, directory)) !== undefined) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : findRepository(files, parent);
}

/**
 * Where a working tree's own git directory is: `.git`, or what the file `.git` names (linked worktree, submodule).
 * Format: gitrepository-layout(5).
 */
export async function gitDirectory(files: ReadFiles, directory: string): Promise<string | undefined> {
  const dotGit = join(directory, ".git");
  const real = await files.realPath(dotGit);
  const found = real === undefined ? undefined : await files.stat(real);
  if (real === undefined || found === undefined) return undefined;
  const place = found.type === "file" ? await namedBy(files, real, directory) : real;
  if (place === undefined) return undefined;
  return (await files.stat(join(place, "HEAD"))) === undefined ? undefined : place;
}

async function namedBy(files: ReadFiles, file: string, directory: string): Promise<string | undefined> {
  const text = new TextDecoder().decode((await files.read(file)) ?? new Uint8Array());
  const named = /^gitdir: ([^\r\n]+)/.exec(text)?.[1];
  return named === undefined ? undefined : resolve(directory, named);
}

const MARKS: readonly (readonly [string, Operation])[] = [
  ["rebase-merge", "rebase"],
  ["rebase-apply/applying", "am"],
  ["rebase-apply", "rebase"],
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_LOG", "bisect"],
];

/** What the user has begun and not ended, told by the files git leaves while it lasts. */
export async function operationInProgress(files: ReadFiles, gitDir: string): Promise<Operation | undefined> {
  const stats = await Promise.all(MARKS.map(([name]) => files.stat(join(gitDir, name))));
  return MARKS.find((_mark, index) => stats[index] !== undefined)?.[1];
}
