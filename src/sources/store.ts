import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import { isObject } from "../core/json.ts";
import { treeIntegrity } from "../core/tree-integrity.ts";
import type { SourceContext } from "./context.ts";
import { createTree, sha256Of } from "./create-tree.ts";
import { mapBounded, READ_WIDTH } from "./map-bounded.ts";
import { makeDirectories, removeAll, withScratch } from "./scratch.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/**
 * The store: `<cache>/store/<integrity>/` holds `tree.json` (the entries) and `files/<sha256>` (their bytes), so it needs no
 * links, no x bits and no letter case of the file system it lies on. A folder appears there complete, by one rename.
 */
const INDEX = "tree.json";

/** Content that was kept before, every byte of it checked; undefined when it is not there or no longer whole. */
export async function openStored(integrity: string, context: SourceContext): Promise<Tree | undefined> {
  const { files } = context.host;
  const folder = folderOf(integrity, context);
  const index = await files.read(join(folder, INDEX));
  const entries = index === undefined ? undefined : parseIndex(new TextDecoder().decode(index));
  if (entries === undefined || treeIntegrity(entries) !== integrity) return undefined;
  const read = async (sha256: string): Promise<Uint8Array | undefined> => files.read(join(folder, "files", sha256));
  const whole = await mapBounded([...digestsOf(entries).values()], READ_WIDTH, async (sha256) => {
    const bytes = await read(sha256);
    return bytes !== undefined && sha256Of(bytes) === sha256;
  });
  if (whole.includes(false)) return undefined;
  const digests = digestsOf(entries);
  return createTree(entries, (path) => read(digests.get(path) ?? "none"), {
    what: `cached content ${integrity}`,
  });
}

/** Keeps a tree. No effect when it is there already, whole; two processes may do it at once. */
export async function keep(tree: Tree, context: SourceContext): Promise<void> {
  if (context.temporary === true) return;
  if ((await openStored(tree.integrity, context)) !== undefined) return;
  const { files } = context.host;
  const folder = folderOf(tree.integrity, context);
  await makeDirectories(files, join(context.cacheDirectory, "store"));
  await withScratch(context, async (scratch) => {
    const whole = join(scratch, "whole");
    await writeTree(tree, whole, context);
    await removeAll(folder, files);
    await files.rename(whole, folder).catch(async (error: unknown) => {
      if ((await openStored(tree.integrity, context)) === undefined) throw error;
    });
  });
}

async function writeTree(tree: Tree, directory: string, { host }: SourceContext): Promise<void> {
  const { files } = host;
  await makeDirectories(files, join(directory, "files"));
  const paths = new Map([...digestsOf(tree.entries)].map(([path, sha256]) => [sha256, path]));
  await mapBounded([...paths], READ_WIDTH, async ([sha256, path]) => {
    await files.create(join(directory, "files", sha256), await tree.read(path), 0o600);
  });
  const index = `${JSON.stringify({ version: 1, entries: tree.entries }, undefined, 1)}\n`;
  await files.create(join(directory, INDEX), new TextEncoder().encode(index), 0o600);
}

function folderOf(integrity: string, context: SourceContext): string {
  if (/^sha256-[0-9a-f]{64}$/.test(integrity)) return join(context.cacheDirectory, "store", integrity);
  throw new AtkError("E_INTEGRITY", `${JSON.stringify(integrity)} is not a digest like sha256-<64 hex digits>`, {
    hint: "atk lock",
  });
}

function digestsOf(entries: readonly TreeEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.flatMap((entry) => (entry.type === "file" ? [[entry.path, entry.sha256] as const] : [])));
}

/** undefined for anything that this version of atk did not write. */
function parseIndex(text: string): readonly TreeEntry[] | undefined {
  try {
    const data: unknown = JSON.parse(text);
    const entries: unknown = isObject(data) ? data["entries"] : undefined;
    return Array.isArray(entries) && entries.every(isEntry) ? entries : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is TreeEntry {
  if (!isObject(value) || typeof value["path"] !== "string") return false;
  if (value["type"] === "link") return typeof value["target"] === "string";
  const sound = typeof value["executable"] === "boolean" && typeof value["sizeBytes"] === "number";
  return value["type"] === "file" && sound && /^[0-9a-f]{64}$/.test(String(value["sha256"]));
}
