import { join } from "node:path";
import type { Problem } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { buildIndex, indexText } from "../sources/build-index.ts";
import { INDEX_FILE } from "../sources/registry-index.ts";
import { validateRegistry } from "../sources/validate-registry.ts";

/** Everything that is wrong in a registry folder; empty when it can be published. */
export async function registryProblems(directory: string, { files }: Host): Promise<readonly Problem[]> {
  return validateRegistry(directory, files);
}

/** Writes index.json anew from what is in the folder. Gives the number of plugins. */
export async function writeIndex(directory: string, { files }: Host): Promise<number> {
  const index = await buildIndex(directory, files);
  const path = join(directory, INDEX_FILE);
  const text = new TextEncoder().encode(indexText(index));
  const beside = `${path}.new`;
  await files.unlink(beside).catch(() => undefined);
  await files.create(beside, text, 0o644);
  await files.rename(beside, path);
  return index.plugins.length;
}
