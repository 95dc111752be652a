import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Files, ReadFiles } from "../core/host.ts";
import type { Operation } from "./journal.ts";

/** A file as it was before atk touched it for the first time. */
export interface BeforeImage {
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

interface Place {
  readonly files: Files;
  readonly directory: string;
}

/** Keeps what was there, once and for good, readable by the user alone. */
export async function keepBeforeImages(operations: readonly Operation[], { files, directory }: Place): Promise<void> {
  for (const { path, before, originalMode } of operations) {
    if (before === null || before.startsWith("link:") || path.startsWith(directory)) continue;
    const place = imagePlace(path, directory);
    if ((await files.stat(place)) !== undefined) continue;
    const bytes = await files.read(path);
    if (bytes === undefined) continue;
    if ((await files.stat(dirname(place))) === undefined) await files.makeDirectory(dirname(place), 0o700);
    const head = new TextEncoder().encode(`${JSON.stringify({ path, mode: originalMode ?? 0o600 })}\n`);
    const beside = `${place}.new`;
    if ((await files.stat(beside)) !== undefined) await files.unlink(beside);
    await files.create(beside, Buffer.concat([head, bytes]), 0o600);
    await files.rename(beside, place);
  }
}

/** The file as it was before atk; undefined when atk never touched it, or made it. */
export async function readBeforeImage(path: string, place: { readonly files: ReadFiles; readonly directory: string }): Promise<BeforeImage | undefined> {
  const bytes = await place.files.read(imagePlace(path, place.directory));
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf("\n".charCodeAt(0));
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as { path: string; mode: number };
  return { path: head.path, mode: head.mode, bytes: bytes.subarray(end + 1) };
}

function imagePlace(path: string, directory: string): string {
  return join(directory, "before", createHash("sha256").update(path).digest("hex"));
}
