import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Source } from "../manifest/manifest.ts";
import type { Expected, FileChange } from "../host/file-change.ts";
import { digestBytes } from "../host/digest.ts";
import type { Context } from "./context.ts";
import type { Wish } from "./desire.ts";
import { environmentFile, environmentText } from "./environment-file.ts";
import { textDigest, type Inputs } from "./inputs.ts";
import { recordedIds, recordFile } from "./tools/tool-records.ts";
import { treeChanges } from "./pins/tree-files.ts";

export interface Extra {
  readonly changes: readonly FileChange[];
}

/** Changes of the user's own files: the manifest, the lock, the home's .gitignore, and what carries a predecessor's home over. */
export async function extraChanges(inputs: Inputs, wish: Wish, frozen: boolean, context: Context): Promise<Extra> {
  const { workspace } = context;
  const { printLock } = await import("../manifest/lock-file.ts");
  const lockText = printLock(wish.lock);
  const locks = Object.keys({ ...wish.lock.plugins, ...wish.lock.servers });
  const empty = locks.length === 0 && inputs.lockText === undefined;
  if (frozen && !empty && lockText !== inputs.lockText)
    throw new AtkError("E_LOCK", `${workspace.lockFile} would change`);
  const changes = await Promise.all([
    textChange(join(workspace.directory, "atk.yaml"), inputs.manifestText, context),
    empty ? undefined : textChange(workspace.lockFile, lockText, context),
    workspace.scope === "user" ? ignoreChange(inputs, wish, context) : projectIgnore(wish, context),
    ...(workspace.predecessor ? await carryOver(context) : []),
    ...(await recordChanges(inputs, wish, context)),
    ...(frozen ? [] : await treeChanges(wish.lock, wish.trees, context)),
    ...Object.keys(context.environmentEdits ?? {}).map((plugin) => environmentChange(plugin, context)),
  ]);
  return { changes: changes.filter((change) => change !== undefined) };
}

async function textChange(path: string, text: string, { look }: Context): Promise<FileChange | undefined> {
  const bytes = new TextEncoder().encode(text);
  const found = await look.bytes(path);
  if (found !== undefined && digestBytes(found) === digestBytes(bytes)) return undefined;
  return { type: "write", path, bytes, mode: 0o644, expected: expectedOf(found) };
}

/** The files beside the lock: those that this run recorded, and those of servers that the lock no longer has. */
async function recordChanges(
  inputs: Inputs,
  wish: Wish,
  context: Context,
): Promise<readonly (FileChange | undefined)[]> {
  const before = recordedIds(inputs.lock);
  const records = Object.entries(inputs.toolRecords ?? {});
  if (before.length === 0 && records.length === 0) return [];
  const { printRecord } = await import("../tools/record-text.ts");
  const fileOf = (id: string): string => recordFile(context.workspace.lockFile, id);
  const kept = new Set(recordedIds(wish.lock));
  return Promise.all([
    ...records.map(([id, record]) => textChange(fileOf(id), printRecord(record), context)),
    ...before.filter((id) => !kept.has(id)).map((id) => removal(fileOf(id), context)),
  ]);
}

async function removal(path: string, { look }: Context): Promise<FileChange | undefined> {
  const found = await look.bytes(path);
  return found === undefined ? undefined : { type: "remove", path, expected: expectedOf(found) };
}

/** Values are for the user alone. */
async function environmentChange(plugin: string, context: Context): Promise<FileChange | undefined> {
  const file = environmentFile(plugin, context);
  const text = await environmentText(plugin, file, context);
  if (text === undefined) return undefined;
  const change = await textChange(file, text, context);
  return change?.type === "write" ? { ...change, mode: 0o600, forceMode: true } : change;
}

function expectedOf(found: Uint8Array | undefined): Expected {
  return found === undefined ? { state: "absent" } : { state: "file", digest: digestBytes(found) };
}

/** Local plugins live in the home's repository; the files of all others are fetched again from the lock, or lie elsewhere (linked). */
async function ignoreChange(inputs: Inputs, wish: Wish, context: Context): Promise<FileChange | undefined> {
  const { allowPlugins, carryOver: repair, disallowPlugins, initialIgnore } = await import("../git/ignore-file.ts");
  const path = join(context.workspace.directory, ".gitignore");
  const found = await context.look.text(path);
  const safe = found === undefined ? initialIgnore() : repair(found);
  const names = (isLocal: boolean): readonly string[] =>
    wish.plugins.filter(({ entry }) => isKept(entry.source) === isLocal).map(({ entry }) => entry.name);
  const gone = [...Object.keys(inputs.lock.plugins), ...(inputs.left ?? [])].filter(
    (name) => wish.lock.plugins[name] === undefined,
  );
  const text = allowPlugins(disallowPlugins(safe, [...names(false), ...gone]), names(true));
  return textDigest(text) === textDigest(found ?? "") ? undefined : textChange(path, text, context);
}

function isKept(source: Source): boolean {
  return source.type === "local" && source.link !== true;
}

/** A project's fetched plugins are nobody's source: their folder ignores itself. */
async function projectIgnore(wish: Wish, context: Context): Promise<FileChange | undefined> {
  if (wish.plugins.length === 0) return undefined;
  return textChange(join(context.workspace.directory, ".atk", ".gitignore"), "*\n", context);
}

/** The predecessor's manifest is kept under another name: nothing of it is lost, and it no longer governs. */
async function carryOver({ workspace, look }: Context): Promise<readonly FileChange[]> {
  const bytes = await look.bytes(workspace.manifestFile);
  if (bytes === undefined) return [];
  const kept = `${workspace.manifestFile}.carried-over`;
  const there = await look.bytes(kept);
  return [
    { type: "write", path: kept, bytes, mode: 0o644, expected: expectedOf(there) },
    { type: "remove", path: workspace.manifestFile, expected: expectedOf(bytes) },
  ];
}
