import { createHash } from "node:crypto";
import type { TreeFile } from "./resource.ts";

/**
 * `sha256-<hex>` of a whole tree: path, kind, executable bit and content digest of every entry, sorted by path.
 * The same on every operating system and independent of the order of the entries.
 */
export function treeIntegrity(entries: readonly TreeFile[]): string {
  const hash = createHash("sha256");
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const entry of sorted) hash.update(line(entry));
  return `sha256-${hash.digest("hex")}`;
}

function line(entry: TreeFile): string {
  if (entry.type === "link") return `link\0${entry.path}\0${entry.target}\0`;
  return `${entry.executable ? "exec" : "file"}\0${entry.path}\0${entry.sha256}\0`;
}
