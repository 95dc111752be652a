import { createHash } from "node:crypto";
import { treeIntegrity } from "../../core/tree-integrity.ts";
import type { Tree, TreeEntry } from "../../sources/tree.ts";

/** A file of a tree with its content, however it came here. */
export type KnownFile =
  | { readonly path: string; readonly bytes: Uint8Array; readonly executable: boolean }
  | { readonly path: string; readonly target: string };

/** A plugin's tree made of files that are known already. Its integrity says whether it is the one that is asked for. */
export function knownTree(files: readonly KnownFile[]): Tree {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const contents = new Map(sorted.flatMap((file) => ("bytes" in file ? [[file.path, file.bytes] as const] : [])));
  const entries = sorted.map(entryOf);
  return {
    entries,
    integrity: treeIntegrity(entries),
    read: async (path) => contents.get(path) ?? new Uint8Array(),
  };
}

function entryOf(file: KnownFile): TreeEntry {
  if ("target" in file) return { type: "link", path: file.path, target: file.target };
  const { path, bytes, executable } = file;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { type: "file", path, executable, sizeBytes: bytes.length, sha256 };
}
