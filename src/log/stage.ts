import { AtkError } from "../core/errors.ts";
import type { Files } from "../core/host.ts";
import type { Intent, Operation } from "./journal.ts";
import type { Content } from "./operations.ts";

/** Makes the directories, keeps the originals, and puts all new content beside its target. */
export async function stageOperations(intent: Intent, contents: ReadonlyMap<string, Content>, files: Files): Promise<void> {
  for (const directory of intent.directories) await files.makeDirectory(directory);
  for (const operation of intent.operations) {
    await keepOriginal(operation, files);
    const content = operation.staged === undefined ? undefined : contents.get(operation.staged);
    if (content === undefined || operation.staged === undefined) continue;
    if ("target" in content) await files.symlink(content.target, operation.staged);
    else await stageBytes(operation.staged, content, files);
  }
}

async function stageBytes(staged: string, { bytes, mode }: { readonly bytes: Uint8Array; readonly mode: number }, files: Files): Promise<void> {
  await files.create(staged, bytes, mode);
  // The mask of the process may have taken bits away at creation.
  if ((await files.stat(staged))?.mode !== mode) await files.changeMode(staged, mode);
}

async function keepOriginal({ path, original, before }: Operation, files: Files): Promise<void> {
  if (original === undefined) return;
  if (before?.startsWith("link:")) return files.symlink(before.slice("link:".length), original);
  const bytes = await files.read(path);
  if (bytes === undefined) throw new AtkError("E_STALE", `${path} went away while atk was reading it`, { at: { file: path } });
  await files.create(original, bytes, 0o600);
}
