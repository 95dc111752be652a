import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files } from "../core/host.ts";
import type { SourceContext } from "./context.ts";
import { createTree } from "./create-tree.ts";
import { inspectStored } from "./inspect-stored.ts";
import { mapBounded, READ_WIDTH } from "./map-bounded.ts";
import { placeShared, pooledFile } from "./pool.ts";
import { makeDirectories, removeAll, withScratch } from "./scratch.ts";
import { digestsOf, folderOf, INDEX, printIndex, USED } from "./store-index.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/** What is used more often than this need not be noted each time. */
const USED_MS = 30 * 60 * 1000;

/**
 * The store: `<cache>/store/<integrity>/` holds `tree.json` (the entries) and `files/<sha256>` (their bytes), so it needs no
 * links, no x bits and no letter case of the file system it lies on. A folder appears there complete, by one rename.
 */
export async function openStored(integrity: string, context: SourceContext): Promise<Tree | undefined> {
  const { host, cacheDirectory } = context;
  const tree = await openStoredIn(cacheDirectory, integrity, host.files);
  if (tree !== undefined && context.temporary !== true) await noteUse(folderOf(integrity, cacheDirectory), context);
  return tree;
}

/** Content that was kept before below `root`, every byte of it checked; undefined when it is not there or no longer whole. */
export async function openStoredIn(root: string, integrity: string, files: Files): Promise<Tree | undefined> {
  const stored = await inspectStored(integrity, root, files);
  return stored.state === "whole" ? treeIn(root, integrity, stored.entries, files) : undefined;
}

function treeIn(root: string, integrity: string, entries: readonly TreeEntry[], files: Files): Tree {
  const digests = digestsOf(entries);
  const folder = folderOf(integrity, root);
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const sha256 = digests.get(path) ?? "none";
    // The tree is away for a moment while another process puts a whole one in place of a damaged one.
    return (await files.read(join(folder, "files", sha256))) ?? files.read(pooledFile(sha256, root));
  };
  return createTree(entries, read, { what: `kept content ${integrity}` });
}

/** Keeps a tree. No effect when it is there already, whole; many processes may do it at once. */
export async function keep(tree: Tree, context: SourceContext): Promise<void> {
  if (context.temporary === true) return;
  const { host, cacheDirectory } = context;
  const known = await inspectStored(tree.integrity, cacheDirectory, host.files);
  if (known.state === "whole") return;
  const folder = folderOf(tree.integrity, cacheDirectory);
  await makeDirectories(host.files, join(cacheDirectory, "store"));
  await withScratch(context, async (scratch) => {
    const whole = join(scratch, "whole");
    await writeTree(tree, whole, cacheDirectory, host.files);
    if (known.state === "damaged") await moveAway(folder, join(scratch, "damaged"), host.files);
    await host.files.rename(whole, folder).catch(async (error: unknown) => {
      if ((await openStored(tree.integrity, context)) === undefined) throw error;
    });
  });
}

/** By one rename: a folder that is emptied file by file would be seen half. Another process may have been quicker. */
async function moveAway(folder: string, to: string, files: Files): Promise<void> {
  await files.rename(folder, to).catch((error: unknown) => {
    if (!(error instanceof AtkError)) throw error;
  });
}

async function writeTree(tree: Tree, directory: string, cacheDirectory: string, files: Files): Promise<void> {
  await makeDirectories(files, join(directory, "files"));
  const paths = new Map([...digestsOf(tree.entries)].map(([path, sha256]) => [sha256, path]));
  await mapBounded([...paths], READ_WIDTH, ([sha256, path]) =>
    placeShared({ sha256, path: join(directory, "files", sha256), read: () => tree.read(path) }, cacheDirectory, files),
  );
  await files.create(join(directory, INDEX), printIndex(tree.entries), 0o600);
}

/** Best effort: a cache that cannot be written to still gives its content. */
async function noteUse(folder: string, { host }: SourceContext): Promise<void> {
  const path = join(folder, USED);
  const last = (await host.files.stat(path)) ?? (await host.files.stat(folder));
  if (last === undefined || host.now().getTime() - last.mtimeMs < USED_MS) return;
  await removeAll(path, host.files).catch(ignore);
  await host.files.create(path, new Uint8Array(), 0o600).catch(ignore);
}

function ignore(): void {}
