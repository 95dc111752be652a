import type { WalkerEntry } from "isomorphic-git";
import type { BranchMove, CheckedOut, GitMerging, TreeCommit, TreeEdit, TreeEntry } from "../git-merging.ts";
import { identities } from "./commit.ts";
import { fetch } from "./fetch.ts";
import { orAbsent } from "./read.ts";
import { needsGit, type Repository } from "./repository.ts";
import type { Leaf } from "./scope.ts";
import { writeEditedTree } from "./tree.ts";

type Open = <T>(task: string, job: (repository: Repository) => Promise<T>) => Promise<T>;

/** The part of bringing two histories together that works without git. Hooks, filters and text merges do not. */
export function isomorphicMerging(open: Open): GitMerging {
  return {
    fetch: async (options) => open("fetch", async (repository) => fetch(repository, options)),
    mergeBase: async (one, other) => open("find the common ancestor", async (it) => mergeBase(it, one, other)),
    countCommits: async (from, to) => open("count commits", async (it) => countCommits(it, from, to)),
    entriesAt: async (commit) => open("list a commit", async (it) => entriesAt(it, commit)),
    blobText: async (id) => open("read a file of a commit", async (it) => blobText(it, id)),
    mergeTexts: async () =>
      open("merge a file", async ({ directory }) => {
        throw needsGit("merge a file that atk does not know", directory);
      }),
    writeCommit: async (request) => open("write a commit", async (it) => writeCommit(it, request)),
    checkedOut: async (commit, paths) => open("read files", async (it) => checkedOut(it, commit, paths)),
    dirtyPaths: async () => open("read what changed", dirtyPaths),
    moveBranch: async (move) => open("move a branch", async (it) => moveBranch(it, move)),
    readRef: async (name) => open("read a reference", async (it) => readRef(it, name)),
    writeRef: async (name, commit) => open("write a reference", async (it) => writeRef(it, name, commit)),
    listRefs: async (prefix) => open("list references", async (it) => listRefs(it, prefix)),
  };
}

async function mergeBase({ git, at }: Repository, one: string, other: string): Promise<string | undefined> {
  const found: unknown = await git.findMergeBase({ ...at, oids: [one, other] });
  const [first]: readonly unknown[] = Array.isArray(found) ? found : [];
  return typeof first === "string" ? first : undefined;
}

async function countCommits({ git, at }: Repository, from: string | undefined, to: string): Promise<number> {
  const logOf = async (ref: string): Promise<readonly string[]> =>
    (await git.log({ ...at, ref })).map(({ oid }) => oid);
  const known = new Set(from === undefined ? [] : await logOf(from));
  return (await logOf(to)).filter((oid) => !known.has(oid)).length;
}

async function entriesAt({ git, at }: Repository, commit: string): Promise<ReadonlyMap<string, TreeEntry>> {
  const entries = new Map<string, TreeEntry>();
  const map = async (path: string, [entry]: (WalkerEntry | null)[]): Promise<undefined> => {
    if (entry === null || entry === undefined || (await entry.type()) === "tree") return undefined;
    entries.set(path, { mode: ((await entry.mode()) ?? 0o100644).toString(8), id: (await entry.oid()) ?? "" });
    return undefined;
  };
  await git.walk({ ...at, trees: [git.TREE({ ref: commit })], map });
  return entries;
}

async function blobText({ git, at }: Repository, id: string): Promise<string | undefined> {
  const { blob } = await git.readBlob({ ...at, oid: id });
  const text = new TextDecoder().decode(blob);
  return /[\uFFFD\0]/.test(text) ? undefined : text;
}

async function writeCommit(repository: Repository, request: TreeCommit): Promise<string> {
  const { git, at } = repository;
  const edits = new Map<string, Leaf | null>();
  for (const [path, edit] of request.edits) edits.set(path, await leafOf(repository, edit));
  const { tree: old } = (await git.readCommit({ ...at, oid: request.base })).commit;
  const tree = await writeEditedTree(repository, old, edits);
  const message = `${request.message}\n`;
  return git.commit({
    ...at,
    ...(await identities(repository)),
    message,
    tree,
    parent: [...request.parents],
    noUpdateBranch: true,
  });
}

async function leafOf({ git, at }: Repository, edit: TreeEdit): Promise<Leaf | null> {
  if (edit === undefined) return null;
  if ("id" in edit) return { mode: edit.mode, oid: edit.id };
  return { mode: edit.mode, oid: await git.writeBlob({ ...at, blob: new TextEncoder().encode(edit.text) }) };
}

async function checkedOut(
  repository: Repository,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, CheckedOut>> {
  const { git, at } = repository;
  const entries = await entriesAt(repository, commit);
  const files = new Map<string, CheckedOut>();
  for (const path of paths) {
    const entry = entries.get(path);
    if (entry === undefined || entry.mode === "160000") continue;
    const { blob } = await git.readBlob({ ...at, oid: entry.id });
    if (entry.mode === "120000") files.set(path, { type: "link", target: new TextDecoder().decode(blob) });
    else files.set(path, { type: "file", bytes: blob, isExecutable: entry.mode === "100755" });
  }
  return files;
}

/** Rows: path, HEAD, working tree, index. Unchanged is 1, 1, 1; untracked has no index. (isomorphic-git: statusMatrix) */
async function dirtyPaths({ git, at }: Repository): Promise<ReadonlySet<string>> {
  const rows = await git.statusMatrix({ ...at });
  const dirty = rows.filter(
    ([, head, tree, index]) => (head !== 0 || index !== 0) && !(head === 1 && tree === 1 && index === 1),
  );
  return new Set(dirty.map(([path]) => path));
}

async function moveBranch(repository: Repository, { branch, from, to, paths }: BranchMove): Promise<boolean> {
  const { git, at } = repository;
  const ref = `refs/heads/${branch}`;
  const now = await readRef(repository, ref);
  if ((await git.currentBranch({ ...at })) !== branch || (now !== from && now !== to)) return false;
  const entries = await entriesAt(repository, to);
  for (const path of paths.filter((each) => !entries.has(each))) await git.remove({ ...at, filepath: path });
  const present = paths.filter((path) => entries.has(path));
  if (present.length > 0) await git.add({ ...at, filepath: [...present], force: true });
  await git.writeRef({ ...at, ref, value: to, force: true });
  return true;
}

async function readRef({ git, at }: Repository, name: string): Promise<string | undefined> {
  return orAbsent(async () => git.resolveRef({ ...at, ref: name }));
}

async function writeRef({ git, at }: Repository, name: string, commit: string | undefined): Promise<void> {
  if (commit === undefined) await git.deleteRef({ ...at, ref: name });
  else await git.writeRef({ ...at, ref: name, value: commit, force: true });
}

async function listRefs({ git, at }: Repository, prefix: string): Promise<readonly string[]> {
  const names = await git.listRefs({ ...at, filepath: prefix.replace(/\/$/, "") });
  return names.map((name) => `${prefix}${name}`).toSorted();
}
