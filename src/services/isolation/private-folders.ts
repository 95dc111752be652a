import { dirname } from "node:path";
import type { Files } from "../../core/host.ts";

/** A folder and those above it; new ones are for the user alone. */
export async function makePrivateFolders(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makePrivateFolders(dirname(path), files);
  await files.makeDirectory(path, 0o700);
}
