import { createTree, sha256Of } from "./create-tree.ts";
import { hostile, type Origin } from "./hostile.ts";
import { membership } from "./membership.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/** Content that is in memory already: from a git commit, a package, or made by atk. */
export type MemoryEntry =
  | { readonly type: "file"; readonly path: string; readonly executable: boolean; readonly bytes: Uint8Array }
  | { readonly type: "link"; readonly path: string; readonly target: string };

/**
 * A tree over content in memory, by the same rules as a folder: data is left out, hostile entries are refused.
 * @throws AtkError E_HOSTILE naming the path and why.
 */
export function treeFromEntries(entries: readonly MemoryEntry[], origin: Origin, bundles = false): Tree {
  const content = entries.filter((entry) => isContent(entry.path, origin, bundles));
  const bytes = new Map(
    content.flatMap((entry) => (entry.type === "file" ? [[entry.path, entry.bytes] as const] : [])),
  );
  return createTree(content.map(toTreeEntry), async (path) => bytes.get(path), origin);
}

/** @throws AtkError E_HOSTILE for a repository inside the plugin. */
export function isContent(path: string, origin: Origin, bundles = false): boolean {
  const member = membership(path, bundles);
  if (member !== "repository") return member === "content";
  throw hostile(
    origin,
    path,
    "a git repository inside a plugin cannot be carried along",
    "remove that folder, or add it as a plugin of its own",
  );
}

function toTreeEntry(entry: MemoryEntry): TreeEntry {
  if (entry.type === "link") return { type: "link", path: entry.path, target: entry.target };
  const { path, executable, bytes } = entry;
  return { type: "file", path, executable, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
}
