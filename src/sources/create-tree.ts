import { createHash } from "node:crypto";
import { AtkError } from "../core/errors.ts";
import { treeIntegrity } from "../core/tree-integrity.ts";
import { checkEntries } from "./check-entries.ts";
import { showPath, type Origin } from "./hostile.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/** Gives the bytes of a file entry; undefined when they are gone. */
export type ReadEntry = (path: string) => Promise<Uint8Array | undefined>;

/**
 * A checked tree over entries in any order. Its `read` checks every file against the digest it was taken with.
 * @throws AtkError E_HOSTILE when the entries cannot be a plugin.
 */
export function createTree(entries: readonly TreeEntry[], read: ReadEntry, origin: Origin): Tree {
  checkEntries(entries, origin);
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  const digests = new Map(
    sorted.flatMap((entry) => (entry.type === "file" ? [[entry.path, entry.sha256] as const] : [])),
  );
  return {
    entries: sorted,
    integrity: treeIntegrity(sorted),
    async read(path) {
      const expected = digests.get(path);
      if (expected === undefined)
        throw new AtkError("E_PLUGIN_INVALID", `${origin.what} has no file ${showPath(path)}`);
      const bytes = await read(path);
      const found = bytes === undefined ? "nothing" : sha256Of(bytes);
      if (bytes !== undefined && found === expected) return bytes;
      throw new AtkError(
        "E_INTEGRITY",
        `${origin.what}: ${showPath(path)} changed while it was used: expected sha256 ${expected}, found ${found}`,
      );
    },
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
