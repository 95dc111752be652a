import { dirname, join } from "node:path";
import type { Files } from "../core/host.ts";

/** Puts a text in the place of a file, all of it or nothing, with the folders it needs. */
export async function writeWhole(path: string, text: string, files: Files): Promise<void> {
  await makeFolders(dirname(path), files);
  const beside = `${path}.${process.pid}.new`;
  await discard(beside, files);
  await files.create(beside, new TextEncoder().encode(text), 0o600);
  await files.rename(beside, path);
  await files.syncDirectory(dirname(path));
}

export async function makeFolders(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makeFolders(join(path, ".."), files);
  await files.makeDirectory(path, 0o755);
}

/** Takes a file away that may be gone already. */
export async function discard(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) await files.unlink(path);
}

export async function readText(path: string, files: Pick<Files, "read">): Promise<string | undefined> {
  const bytes = await files.read(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
