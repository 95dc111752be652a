import { treeFromEntries } from "../../src/sources/memory-tree.ts";
import type { Tree } from "../../src/sources/tree.ts";

/** A tree of many small files, the same in every process. */
export function manyFiles(count: number): Tree {
  const entries = Array.from({ length: count }, (_, at) => ({
    type: "file" as const,
    path: `file-${at}.txt`,
    executable: false,
    bytes: Buffer.from(`content of file ${at}\n`),
  }));
  return treeFromEntries(entries, { what: "many files" });
}
