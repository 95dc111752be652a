import type { TreeEntry } from "isomorphic-git";
import type { Repository } from "./repository.ts";
import type { Leaf } from "./scope.ts";

/** Files to set, or to take away (null), by path. */
export type Edits = ReadonlyMap<string, Leaf | null>;

/** Writes the tree that HEAD's tree becomes with the edits; what is not named stays. Gives its id. */
export async function writeEditedTree(repository: Repository, tree: string | undefined, edits: Edits): Promise<string> {
  const { git, at } = repository;
  return (await editTree(repository, tree, edits)) ?? git.writeTree({ ...at, tree: [] });
}

async function editTree(repository: Repository, tree: string | undefined, edits: Edits): Promise<string | undefined> {
  const { git, at } = repository;
  const entries = new Map<string, TreeEntry>();
  for (const entry of tree === undefined ? [] : (await git.readTree({ ...at, oid: tree })).tree)
    entries.set(entry.path, entry);
  for (const [name, below] of foldersOf(edits)) await editFolder(repository, entries, { name, below });
  for (const [path, leaf] of edits) if (!path.includes("/")) editFile(entries, path, leaf);
  return entries.size === 0 ? undefined : git.writeTree({ ...at, tree: [...entries.values()] });
}

function foldersOf(edits: Edits): ReadonlyMap<string, Edits> {
  const folders = new Map<string, Map<string, Leaf | null>>();
  for (const [path, leaf] of edits) {
    const end = path.indexOf("/");
    if (end < 0) continue;
    const name = path.slice(0, end);
    folders.set(name, (folders.get(name) ?? new Map<string, Leaf | null>()).set(path.slice(end + 1), leaf));
  }
  return folders;
}

interface FolderEdit {
  readonly name: string;
  readonly below: Edits;
}

async function editFolder(
  repository: Repository,
  entries: Map<string, TreeEntry>,
  { name, below }: FolderEdit,
): Promise<void> {
  const old = entries.get(name);
  const oid = await editTree(repository, old?.type === "tree" ? old.oid : undefined, below);
  if (oid !== undefined) entries.set(name, { mode: "040000", path: name, oid, type: "tree" });
  else if (old?.type === "tree") entries.delete(name);
}

/** A file that became a folder is named as taken away, after the folder was set: the folder stays. */
function editFile(entries: Map<string, TreeEntry>, path: string, leaf: Leaf | null): void {
  if (leaf !== null)
    entries.set(path, {
      mode: leaf.mode,
      path,
      oid: leaf.oid,
      type: leaf.mode === "160000" ? "commit" : "blob",
    });
  else if (entries.get(path)?.type !== "tree") entries.delete(path);
}
