import { AtkError } from "../../core/errors.ts";
import { nestedError, secretError } from "../named-paths.ts";
import { isSecretPath } from "../secret-path.ts";
import { parsePorcelain, type StatusEntry } from "./porcelain.ts";
import { records, type RunGit } from "./run-git.ts";

/** The files a commit of some named paths would change. */
export interface Choice {
  readonly all: readonly string[];
  /** Those of them that git does not know yet. */
  readonly added: readonly string[];
}

interface Wish {
  readonly named: readonly string[];
  readonly includeIgnored: boolean;
}

/**
 * Asks git what differs at and below the named paths.
 * @throws AtkError E_SECRET_IN_GIT, E_GIT for a nested repository or a path with an unresolved conflict.
 */
export async function chooseChanges(git: RunGit, directory: string, { named, includeIgnored }: Wish): Promise<Choice> {
  const entries = (await inChunks(named, async (paths) => statusOf(git, paths))).filter(isThereOrWas);
  for (const entry of entries) checkEntry(entry, directory);
  const ignored = includeIgnored ? await inChunks(named, async (paths) => ignoredOf(git, paths)) : [];
  const added = [...entries.filter(isUntracked).map((entry) => entry.path), ...ignored];
  const gone = entries.filter(isDeletion).map((entry) => entry.path);
  const changed = entries.filter((entry) => !isUntracked(entry) && !isDeletion(entry)).map((entry) => entry.path);
  const secret = ignored.find(isSecretPath);
  if (secret !== undefined) throw secretError(secret, directory);
  const present = [...new Set([...changed, ...added])];
  return { all: [...present, ...withoutReplaced(gone, present)].sort(), added };
}

/**
 * A file that became a folder leaves git when a file of the folder comes in. Named beside it, `git commit --only` would take
 * the folder for a repository.
 */
function withoutReplaced(gone: readonly string[], present: readonly string[]): readonly string[] {
  const folders = new Set(present.flatMap(parentsOf));
  return gone.filter((path) => !folders.has(path) && !present.includes(path));
}

function parentsOf(path: string): readonly string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_segment, index) => segments.slice(0, index + 1).join("/"));
}

async function statusOf(git: RunGit, paths: readonly string[]): Promise<readonly StatusEntry[]> {
  const options = ["--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=none"];
  const { stdout } = await git({ task: "read what changed", args: ["status", ...options, "--", ...paths] });
  return parsePorcelain(stdout).entries;
}

async function ignoredOf(git: RunGit, paths: readonly string[]): Promise<readonly string[]> {
  const options = ["-z", "--others", "--ignored", "--exclude-standard"];
  const { stdout } = await git({
    task: "list ignored files",
    args: ["ls-files", ...options, "--", ...paths],
  });
  return records(stdout);
}

/** Staged as new and then deleted: neither HEAD nor the disk has it. */
function isThereOrWas(entry: StatusEntry): boolean {
  return !(entry.type === "changed" && entry.staged === "A" && entry.unstaged === "D");
}

function isUntracked(entry: StatusEntry): boolean {
  return entry.type === "untracked";
}

function checkEntry(entry: StatusEntry, directory: string): void {
  const { path } = entry;
  if (path.endsWith("/")) throw nestedError(path.slice(0, -1), path.slice(0, -1), directory);
  if (entry.type !== "untracked" && entry.submodule && !isDeletion(entry)) throw nestedError(path, path, directory);
  if (entry.type === "unmerged") {
    throw new AtkError("E_GIT", `will not commit ${path}: it has a conflict that is not resolved`, {
      at: { file: directory },
    });
  }
  if (isSecretPath(path) && !isDeletion(entry)) throw secretError(path, directory);
}

function isDeletion(entry: StatusEntry): boolean {
  return entry.type === "changed" && (entry.unstaged === "D" || (entry.staged === "D" && entry.unstaged === "."));
}

/** Whether a commit of these paths would change anything. git answers 128 on an unborn branch: then it would. */
export async function differsFromHead(git: RunGit, paths: readonly string[]): Promise<boolean> {
  for (const chunk of chunks(paths)) {
    const args = ["diff", "--quiet", "HEAD", "--", ...chunk];
    const { exitCode } = await git({ task: "compare with HEAD", args, answers: [0, 1, 128] });
    if (exitCode !== 0) return true;
  }
  return false;
}

async function inChunks<T>(
  paths: readonly string[],
  ask: (paths: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const answers: T[] = [];
  for (const chunk of chunks(paths)) answers.push(...(await ask(chunk)));
  return answers;
}

/** Windows takes 32,767 characters of command line; `git status` and `ls-files` read no path list from stdin. */
const MAX_CHARACTERS = 24_000;

function chunks(paths: readonly string[]): readonly (readonly string[])[] {
  const lists: string[][] = [];
  let room = 0;
  for (const path of paths) {
    room -= path.length + 3;
    if (room < 0 || lists.length === 0) {
      lists.push([]);
      room = MAX_CHARACTERS - path.length;
    }
    lists.at(-1)?.push(path);
  }
  return lists;
}
