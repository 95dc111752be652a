import type { Files } from "../core/host.ts";
import { currentDigest } from "./current.ts";
import type { Intent, Operation } from "./journal.ts";

/** Does one operation, or sees that it was done. false: somebody else changed the target meanwhile; it is left as it is. */
export async function putInPlace(operation: Operation, files: Files): Promise<boolean> {
  const { type, path, before, after, staged } = operation;
  if (type === "remove-directory") {
    await files.removeDirectory(path);
    return true;
  }
  const now = await currentDigest(path, files);
  const isStaged = staged !== undefined && (await files.stat(staged)) !== undefined;
  if (now === after && !isStaged) return true;
  if (now !== before) return now === after;
  if (type === "remove") await files.unlink(path);
  else if (isStaged) await files.rename(staged, path);
  return true;
}

/** Takes away what was staged and not used, and the directories that were made for it. */
export async function takeStagedBack({ operations, directories }: Intent, files: Files): Promise<void> {
  for (const { staged } of operations) {
    if (staged !== undefined && (await files.stat(staged)) !== undefined) await files.unlink(staged);
  }
  for (const directory of [...directories].reverse()) await files.removeDirectory(directory);
}

/** Puts every original back where ours is still in its place. */
export async function undoOperations(intent: Intent, files: Files): Promise<void> {
  for (const operation of [...intent.operations].reverse()) await undo(operation, intent, files);
  await takeStagedBack(intent, files);
}

async function undo(operation: Operation, { id }: Intent, files: Files): Promise<void> {
  const { type, path, before, after, original, originalMode } = operation;
  if (type === "remove-directory") return;
  if ((await currentDigest(path, files)) !== after || before === after) return;
  if (original === undefined || before === null) {
    if (after !== null) await files.unlink(path);
    return;
  }
  const beside = `${path}.atk-undo-${id}`;
  if ((await files.stat(beside)) !== undefined) await files.unlink(beside);
  if (before.startsWith("link:")) await files.symlink(before.slice("link:".length), beside);
  else await files.create(beside, (await files.read(original)) ?? new Uint8Array(), originalMode ?? 0o600);
  await files.rename(beside, path);
}
