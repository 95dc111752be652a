import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { CommitRequest } from "../git.ts";
import { identityOf, type Identity } from "../identity.ts";
import { checkOnDisk, namedPaths, nestedError } from "../named-paths.ts";
import { checkNothingInProgress } from "../operation.ts";
import { readHead } from "./read.ts";
import { needsGit, type Repository } from "./repository.ts";
import { filesOnDisk, leavesIn, type Leaf, type Leaves } from "./scope.ts";
import { readSettings } from "./settings.ts";
import { writeEditedTree, type Edits } from "./tree.ts";

/**
 * See `Git.commitPaths`. The commit's tree is HEAD's with the named files put in, so what else is staged plays no part.
 * Hooks cannot be run; a user who signs commits is told that git is needed.
 */
export async function commitPaths(repository: Repository, request: CommitRequest): Promise<string | undefined> {
  const { host, directory } = repository;
  const named = namedPaths(directory, request.paths);
  if (named.length === 0) return undefined;
  await checkOnDisk(host.files, directory, named);
  await checkMayCommit(repository);
  const { commit } = await readHead(repository);
  const before = commit === undefined ? new Map<string, Leaf>() : await leavesIn(repository, { head: commit }, named);
  const staged = await leavesIn(repository, {}, named);
  await checkNoGitlink(repository, named, staged);
  const known = new Set([...before.keys(), ...staged.keys()]);
  const onDisk = await filesOnDisk(repository, {
    named,
    known,
    includeIgnored: request.includeIgnored === true,
  });
  await stage(repository, { onDisk, known });
  const edits = editsBetween(before, await leavesIn(repository, {}, named));
  return edits.size === 0 ? undefined : commitEdits(repository, { head: commit, edits, message: request.message });
}

async function checkMayCommit({ host, directory, at }: Repository): Promise<void> {
  await checkNothingInProgress(host.files, directory);
  if ((await host.files.stat(join(at.gitdir, "index.lock"))) !== undefined) {
    throw new AtkError("E_GIT", `could not commit in ${directory}: another git is working there (.git/index.lock)`, {
      at: { file: join(at.gitdir, "index.lock") },
      hint: "run it again when the other git has ended",
    });
  }
  const signing = (await readSettings(host, at.gitdir, ["commit.gpgsign"])).get("commit.gpgsign");
  if (signing !== undefined && /^(true|yes|on|1)$/i.test(signing))
    throw needsGit("sign commits (commit.gpgsign)", directory);
}

async function checkNoGitlink(
  { host, directory }: Repository,
  named: readonly string[],
  staged: Leaves,
): Promise<void> {
  for (const [link, { mode }] of staged) {
    if (mode !== "160000" || (await host.files.stat(join(directory, link))) === undefined) continue;
    const inside = named.find((path) => path.startsWith(`${link}/`)) ?? link;
    throw nestedError(inside, link, directory);
  }
}

interface Staging {
  readonly onDisk: readonly string[];
  readonly known: ReadonlySet<string>;
}

async function stage({ git, at }: Repository, { onDisk, known }: Staging): Promise<void> {
  const there = new Set(onDisk);
  const gone = [...known].filter((path) => !there.has(path));
  if (gone.length > 0) await git.remove({ ...at, filepath: gone });
  if (onDisk.length > 0) await git.add({ ...at, filepath: [...onDisk], force: true });
}

function editsBetween(before: Leaves, after: Leaves): Edits {
  const edits = new Map<string, Leaf | null>();
  for (const path of before.keys()) if (!after.has(path)) edits.set(path, null);
  for (const [path, leaf] of after) {
    const old = before.get(path);
    if (old?.oid !== leaf.oid || old.mode !== leaf.mode) edits.set(path, leaf);
  }
  return edits;
}

interface EditCommit {
  readonly head: string | undefined;
  readonly edits: Edits;
  readonly message: string;
}

async function commitEdits(repository: Repository, { head, edits, message }: EditCommit): Promise<string> {
  const { git, at } = repository;
  const old = head === undefined ? undefined : (await git.readCommit({ ...at, oid: head })).commit.tree;
  const tree = await writeEditedTree(repository, old, edits);
  const { author, committer } = await identities(repository);
  return git.commit({ ...at, message, tree, parent: head === undefined ? [] : [head], author, committer });
}

type Signature = Identity & { readonly timestamp: number; readonly timezoneOffset: number };

export async function identities({
  host,
  at,
}: Repository): Promise<{ readonly author: Signature; readonly committer: Signature }> {
  const names = ["user", "author", "committer"].flatMap((section) => [`${section}.name`, `${section}.email`]);
  const settings = await readSettings(host, at.gitdir, names);
  const now = host.now();
  const time = { timestamp: Math.floor(now.getTime() / 1000), timezoneOffset: now.getTimezoneOffset() };
  const signature = (role: "author" | "committer"): Signature => ({
    ...identityOf(
      role,
      (name) => host.machine.env[name],
      (name) => settings.get(name),
    ),
    ...time,
  });
  return { author: signature("author"), committer: signature("committer") };
}

/** See `Git.untrack`. */
export async function untrack(repository: Repository, request: CommitRequest): Promise<string | undefined> {
  const { git, at, directory } = repository;
  const named = namedPaths(directory, request.paths);
  await checkMayCommit(repository);
  const { commit } = await readHead(repository);
  const staged = [...(await leavesIn(repository, {}, named)).keys()];
  if (staged.length > 0) await git.remove({ ...at, filepath: staged });
  const committed = commit === undefined ? [] : [...(await leavesIn(repository, { head: commit }, named)).keys()];
  if (committed.length === 0) return undefined;
  const edits = new Map(committed.map((path) => [path, null]));
  return commitEdits(repository, { head: commit, edits, message: request.message });
}
