import { join } from "node:path";
import type { RecordedFile } from "../../core/state.ts";
import type { Tree } from "../../sources/tree.ts";
import type { Context } from "../context.ts";
import { knownTree, type KnownFile } from "./known-tree.ts";
import type { RunRecord } from "./run-record.ts";

/** The trees of a run as they were before it, by integrity: what is needed of a plugin that nobody has any more. */
export async function treesBefore({ tasks }: RunRecord, earlier: Context): Promise<Readonly<Record<string, Tree>>> {
  const trees = await Promise.all(
    tasks.map(async ({ before }) => {
      if (before?.locator.kind !== "tree" || before.noun !== "plugin" || before.files === undefined) return [];
      const { directory } = before.locator;
      const files = await Promise.all(before.files.map((file) => fileOf(file, directory, earlier)));
      const tree = files.includes(undefined) ? undefined : knownTree(files.filter((file) => file !== undefined));
      return tree === undefined ? [] : [[tree.integrity, tree] as const];
    }),
  );
  return Object.fromEntries(trees.flat());
}

async function fileOf(
  { path, executable, target }: RecordedFile,
  directory: string,
  { look }: Context,
): Promise<KnownFile | undefined> {
  if (target !== undefined) return { path, target };
  const bytes = await look.bytes(join(directory, path));
  return bytes === undefined ? undefined : { path, bytes, executable };
}
