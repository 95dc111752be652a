import { basename, join, resolve, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { PathEntry } from "../../manifest/manifest.ts";
import { readTree } from "../../sources/read-tree.ts";
import type { Context } from "../context.ts";
import { hasTokenShape } from "../import/secret-words.ts";
import type { EmbeddedFile } from "./export-file.ts";

export interface Embedded {
  readonly files: Readonly<Record<string, EmbeddedFile>>;
  /** Why a path of the manifest does not go along. */
  readonly keptBack: Readonly<Record<string, string>>;
}

const MOST_BYTES = 1_048_576;

/** The skills and instructions below the manifest's folder, as texts. What is elsewhere, or no text, is kept back. */
export async function embedFiles(entries: readonly PathEntry[], context: Context): Promise<Embedded> {
  const files: Record<string, EmbeddedFile> = {};
  const keptBack: Record<string, string> = {};
  for (const { path } of entries) {
    try {
      Object.assign(files, await filesOf(path, context));
    } catch (error) {
      if (!(error instanceof AtkError)) throw error;
      keptBack[path] = error.message;
    }
  }
  return { files, keptBack };
}

async function filesOf(path: string, context: Context): Promise<Readonly<Record<string, EmbeddedFile>>> {
  const { workspace, host } = context;
  const place = resolve(workspace.directory, path);
  if (/^~|^[/\\]|^[A-Za-z]:/.test(path) || !place.startsWith(workspace.directory + sep)) throw elsewhere();
  const below = place.slice(workspace.directory.length + 1).replaceAll("\\", "/");
  const isFolder = (await host.files.stat(place))?.type === "directory";
  const tree = await readTree(
    isFolder ? place : join(place, ".."),
    host.files,
    isFolder ? {} : { only: [basename(place)] },
  );
  const found: Record<string, EmbeddedFile> = {};
  let bytes = 0;
  for (const entry of tree.entries) {
    if (entry.type !== "file") throw new AtkError("E_FILE", "it has a link in it");
    bytes += entry.sizeBytes;
    if (bytes > MOST_BYTES) throw new AtkError("E_FILE", "it is larger than a file to share should be");
    const text = textOf(await tree.read(entry.path));
    if (text.includes(host.machine.homeDirectory)) throw elsewhere();
    found[isFolder ? `${below}/${entry.path}` : below] = { text, ...(entry.executable ? { executable: true } : {}) };
  }
  return found;
}

/** @throws AtkError E_FILE when it is no text, or holds a secret */
function textOf(bytes: Uint8Array): string {
  const text = decoded(bytes);
  if (text === undefined) throw new AtkError("E_FILE", "it has a file that is not text");
  if (hasTokenShape(text)) throw new AtkError("E_FILE", "a secret stands in it in clear");
  return text;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function elsewhere(): AtkError {
  return new AtkError("E_FILE", "it names a place of the machine it was exported on");
}
