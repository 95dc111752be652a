import { createHash } from "node:crypto";
import { join, sep } from "node:path";
import type { Files, ReadFiles } from "../core/host.ts";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import type { DraftedStep } from "./draft-step.ts";
import { discard, makePrivateDirectory } from "./durable.ts";
import { forEach } from "./for-each.ts";
import { appendJsonLines, readJsonLines } from "./json-lines.ts";
import type { Snapshot } from "./step.ts";

interface Place {
  readonly files: Files;
  readonly directory: string;
}

/** How a path was before atk touched it for the first time. */
export type BeforeImage =
  | { readonly state: "absent" }
  | { readonly state: "file"; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly state: "link"; readonly target: string };

/** A line of the index. A transaction that is taken back takes its entries with it: nothing was touched after all. */
interface Entry {
  readonly path: string;
  readonly tx: string;
  readonly at: string;
  readonly before: Snapshot;
  readonly mode?: number;
}

export interface Keeping extends Place {
  readonly id: string;
  readonly at: string;
}

/** Keeps, for good and for the user alone, how every path was that is touched for the first time. */
export async function keepBeforeImages(steps: readonly DraftedStep[], keeping: Keeping): Promise<void> {
  const { files, directory } = keeping;
  const known = await readIndex(keeping);
  const own = (await files.realPath(directory)) ?? directory;
  const fresh = steps.filter(
    ({ step, target }) => target !== undefined && !known.has(step.path) && !isInside(step.path, own),
  );
  if (fresh.length === 0) return;
  await makePrivateDirectory(join(directory, "before"), files);
  await forEach(fresh, (each) => keepImage(each, keeping));
  await appendJsonLines(
    indexFile(directory),
    fresh.flatMap((each) => entryFor(each, keeping)),
    files,
  );
  await files.syncDirectory(join(directory, "before"));
}

/**
 * How a path was before atk first touched it; undefined when atk never did.
 * @throws AtkError E_FILE when the image cannot be read.
 */
export async function readBeforeImage(
  path: string,
  place: { readonly files: ReadFiles; readonly directory: string },
): Promise<BeforeImage | undefined> {
  const index = await readIndex({ files: place.files as Files, directory: place.directory });
  const entry = index.get(path) ?? index.get((await place.files.realPath(path)) ?? path);
  if (entry === undefined || entry.before.state !== "file") return entry?.before as BeforeImage | undefined;
  const bytes = await place.files.read(imageFile(entry.path, place.directory));
  return bytes === undefined ? undefined : { state: "file", bytes, mode: entry.mode ?? 0o600 };
}

/** The images that this transaction kept no longer count. */
export async function forgetBeforeImages(id: string, { files, directory }: Place): Promise<void> {
  const entries = [...(await readIndex({ files, directory })).values()].filter((entry) => entry.tx === id);
  if (entries.length === 0) return;
  await appendJsonLines(indexFile(directory), [{ forget: id }], files);
  for (const { path } of entries) await discard(imageFile(path, directory), files);
}

async function keepImage({ step, target }: DraftedStep, { files, directory }: Keeping): Promise<void> {
  if (target?.file === undefined) return;
  const image = imageFile(step.path, directory);
  // One without an entry in the index is from a transaction that was stopped or taken back.
  await discard(image, files);
  await files.create(image, target.file.bytes, 0o600);
}

function entryFor({ step, target }: DraftedStep, { id, at }: Keeping): readonly Json[] {
  if (target === undefined) return [];
  const mode = target.file === undefined ? {} : { mode: target.file.stat.mode };
  const entry: Entry = { path: step.path, tx: id, at, before: target.now, ...mode };
  return [entry as unknown as Json];
}

async function readIndex({ files, directory }: Place): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const { value } of (await readJsonLines(indexFile(directory), files)) ?? []) {
    if (!isObject(value)) continue;
    if (typeof value["forget"] === "string") forget(entries, value["forget"]);
    else if (isEntry(value)) entries.set(value["path"] as string, value as unknown as Entry);
  }
  return entries;
}

function forget(entries: Map<string, Entry>, id: string): void {
  for (const [path, entry] of entries) if (entry.tx === id) entries.delete(path);
}

function isEntry(value: JsonObject): boolean {
  return typeof value["path"] === "string" && isObject(value["before"]);
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(directory + sep);
}

function indexFile(directory: string): string {
  return join(directory, "before", "index.jsonl");
}

function imageFile(path: string, directory: string): string {
  return join(directory, "before", createHash("sha256").update(path).digest("hex"));
}
