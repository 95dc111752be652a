import { treeIntegrity } from "../core/tree-integrity.ts";
import type { Tree, TreeEntry } from "../sources/tree.ts";

/** Folders a skill at the top of a plugin may bring along. (Agent Skills specification) */
const SKILL_FOLDERS = ["scripts/", "references/", "assets/"];

/** One skill of a plugin's tree as a tree of its own. */
export function treeFromTree(tree: Tree, folder: string): Tree {
  const prefix = folder === "." ? "" : `${folder}/`;
  const belongs = (path: string): boolean =>
    path === "SKILL.md" || prefix !== "" || SKILL_FOLDERS.some((each) => path.startsWith(each));
  const entries = tree.entries
    .filter((entry) => entry.path.startsWith(prefix))
    .map((entry): TreeEntry => ({ ...entry, path: entry.path.slice(prefix.length) }))
    .filter((entry) => belongs(entry.path));
  return { entries, integrity: treeIntegrity(entries), read: (path) => tree.read(`${prefix}${path}`) };
}
