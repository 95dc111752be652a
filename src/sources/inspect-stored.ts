import { join } from "node:path";
import type { ReadFiles } from "../core/host.ts";
import { treeIntegrity } from "../core/tree-integrity.ts";
import { sha256Of } from "./create-tree.ts";
import { mapBounded, READ_WIDTH } from "./map-bounded.ts";
import { digestsOf, folderOf, INDEX, parseIndex } from "./store-index.ts";
import type { TreeEntry } from "./tree.ts";

/** One thing that is not what the digest says. */
export interface Difference {
  /** Path inside the tree, or `tree.json` for its list of entries. */
  readonly path: string;
  /** Digests, targets of links, or words such as "nothing". */
  readonly expected: string;
  readonly found: string;
}

export type Stored =
  | { readonly state: "absent" }
  | { readonly state: "whole"; readonly entries: readonly TreeEntry[] }
  | { readonly state: "damaged"; readonly differences: readonly Difference[] };

/** Reads every byte of a kept tree and compares it with the digest it is kept under. Cost: linear in bytes. */
export async function inspectStored(integrity: string, root: string, files: ReadFiles): Promise<Stored> {
  const folder = folderOf(integrity, root);
  const bytes = await files.read(join(folder, INDEX));
  if (bytes === undefined) return absentOrTorn(integrity, folder, files);
  const entries = parseIndex(bytes);
  const listed = entries === undefined ? "not a list of entries" : treeIntegrity(entries);
  if (entries === undefined || listed !== integrity)
    return { state: "damaged", differences: [{ path: INDEX, expected: integrity, found: listed }] };
  const differences = await differencesOf(entries, folder, files);
  return differences.length === 0 ? { state: "whole", entries } : { state: "damaged", differences };
}

async function absentOrTorn(integrity: string, folder: string, files: ReadFiles): Promise<Stored> {
  if ((await files.stat(folder)) === undefined) return { state: "absent" };
  return { state: "damaged", differences: [{ path: INDEX, expected: integrity, found: "nothing" }] };
}

async function differencesOf(
  entries: readonly TreeEntry[],
  folder: string,
  files: ReadFiles,
): Promise<readonly Difference[]> {
  const paths = new Map([...digestsOf(entries)].map(([path, sha256]) => [sha256, path]));
  const found = await mapBounded([...paths], READ_WIDTH, async ([sha256, path]) => {
    const now = await digestAt(join(folder, "files", sha256), files);
    return now === sha256 ? [] : [{ path, expected: sha256, found: now }];
  });
  return found.flat();
}

/** A link is not followed: what it leads to may be anything a moment later. */
async function digestAt(path: string, files: ReadFiles): Promise<string> {
  const stat = await files.stat(path);
  if (stat === undefined) return "nothing";
  if (stat.type === "link") return `a link to ${(await files.readLink(path)) ?? "nothing"}`;
  if (stat.type !== "file") return `a ${stat.type}`;
  const bytes = await files.read(path);
  return bytes === undefined ? "nothing" : sha256Of(bytes);
}
