import { join, relative } from "node:path";
import type { CommittedFile } from "../../git/git.ts";
import type { Lock, LockedPlugin } from "../../manifest/lock.ts";
import type { Tree } from "../../sources/tree.ts";
import type { Context } from "../context.ts";
import { knownTree, type KnownFile } from "../undo/known-tree.ts";
import type { Revision } from "./find-revision.ts";

/** The plugins of a lock that live in the home's repository, as they were committed, by their integrity. */
export async function treesAt(
  revision: Revision,
  lock: Lock,
  context: Context,
): Promise<Readonly<Record<string, Tree>>> {
  const local = Object.entries(lock.plugins).filter(
    ([, { source }]) => source.type === "local" && source.link !== true,
  );
  const trees = await Promise.all(local.map(async ([name, locked]) => treeAt(revision, name, locked, context)));
  return Object.fromEntries(trees.flatMap((tree) => (tree === undefined ? [] : [[tree.integrity, tree]])));
}

async function treeAt(
  revision: Revision,
  name: string,
  { files, integrity }: LockedPlugin,
  { workspace }: Context,
): Promise<Tree | undefined> {
  const { git, commit } = revision;
  const folder = join(workspace.pluginsDirectory, name);
  const below = relative(git.directory, folder).replaceAll("\\", "/");
  const committed = new Map((await git.filesAt({ commit, folder })).map((file) => [file.path, file]));
  const listed = files ?? [...committed.keys()].map((path) => path.slice(below.length + 1));
  const found = await Promise.all(listed.map((path) => fileAt(revision, { path, below }, committed)));
  const tree = found.includes(undefined) ? undefined : knownTree(found.filter((file) => file !== undefined));
  return tree?.integrity === integrity ? tree : undefined;
}

interface Named {
  readonly path: string;
  readonly below: string;
}

async function fileAt(
  { git, commit }: Revision,
  { path, below }: Named,
  committed: ReadonlyMap<string, CommittedFile>,
): Promise<KnownFile | undefined> {
  const name = `${below}/${path}`;
  const file = committed.get(name);
  const bytes = file === undefined ? undefined : await git.readFileAt(commit, join(git.directory, name));
  if (file === undefined || bytes === undefined) return undefined;
  if (file.type === "link") return { path, target: new TextDecoder().decode(bytes) };
  return { path, bytes, executable: file.executable };
}
