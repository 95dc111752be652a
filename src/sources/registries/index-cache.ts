import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { isObject } from "../../core/json.ts";
import type { SourceContext } from "../context.ts";
import { makeDirectories } from "../scratch.ts";
import type { RawIndex } from "./read-registry.ts";
import { registryId, type Registry } from "./registry.ts";

/** An index as it was fetched, and when. */
export interface CachedIndex {
  readonly raw: RawIndex;
  readonly fetchedAt: Date;
}

/**
 * One file for each address and ref: a line of JSON with what is known of the index, then the index as it was fetched, so that
 * its signature can be checked whenever it is used. A file appears by one rename; the last of several processes wins.
 */
const FOLDER = "registries";

/** undefined where nothing is kept, or what is kept is damaged. */
export async function readCachedIndex(registry: Registry, context: SourceContext): Promise<CachedIndex | undefined> {
  const bytes = await context.host.files.read(fileOf(registry, context));
  const end = bytes?.indexOf(10) ?? -1;
  if (bytes === undefined || end === -1) return undefined;
  const head = parseHead(new TextDecoder().decode(bytes.subarray(0, end)));
  const rest = bytes.subarray(end + 1);
  if (head === undefined || head.sizeBytes !== rest.length) return undefined;
  const { sizeBytes: _size, fetchedAt, ...raw } = head;
  return { raw: { ...raw, bytes: rest }, fetchedAt };
}

export async function cacheIndex(registry: Registry, raw: RawIndex, context: SourceContext): Promise<void> {
  const { files } = context.host;
  const { bytes, ...rest } = raw;
  const file = fileOf(registry, context);
  const beside = `${file}.${randomUUID()}`;
  const head = { ...rest, fetchedAt: context.host.now().toISOString(), sizeBytes: bytes.length };
  await makeDirectories(files, join(context.cacheDirectory, FOLDER));
  await files.create(beside, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]), 0o600);
  await files.rename(beside, file);
}

function fileOf({ place }: Registry, { cacheDirectory }: SourceContext): string {
  const id = place.type === "git" ? registryId(place.url, place.ref) : registryId(place.directory);
  return join(cacheDirectory, FOLDER, `${id}.index`);
}

type Head = Omit<RawIndex, "bytes"> & { readonly fetchedAt: Date; readonly sizeBytes: number };

/** undefined for anything that this version of atk did not write. */
function parseHead(text: string): Head | undefined {
  const data = parse(text);
  if (!isObject(data)) return undefined;
  const { format, commit, signature, tags, fetchedAt, sizeBytes } = data;
  const time = new Date(String(fetchedAt));
  if (Number.isNaN(time.getTime()) || typeof sizeBytes !== "number") return undefined;
  if (format !== "json" && format !== "yaml") return undefined;
  return {
    format,
    sizeBytes,
    fetchedAt: time,
    ...(typeof commit === "string" ? { commit } : {}),
    ...(typeof signature === "string" ? { signature } : {}),
    ...(isObject(tags) ? { tags: tags as Readonly<Record<string, string>> } : {}),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
