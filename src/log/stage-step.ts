import { AtkError } from "../core/errors.ts";
import type { Files } from "../core/host.ts";
import { fileFault, systemCode } from "../host/file-fault.ts";
import type { DraftedStep } from "./draft-step.ts";
import type { Original } from "./step.ts";

/** Puts the new content beside its target and the original where it can be taken back from. Neither is visible to clients yet. */
export async function stageStep(drafted: DraftedStep, files: Files): Promise<void> {
  const { step, target } = drafted;
  if (step.type !== "put" && step.type !== "remove") return;
  try {
    if (step.type === "put") await stageNew(drafted, step.staged, files);
    if (step.original !== undefined && target?.file !== undefined) {
      await keepOriginal(step.path, step.original, target.file.bytes, files);
    }
  } catch (error) {
    throw systemCode(error) === undefined ? error : fileFault("prepare the change of", step.path, causeOf(error));
  }
}

/** The person knows the file, not the name beside it. */
function causeOf(error: unknown): unknown {
  return error instanceof AtkError ? error.cause : error;
}

async function stageNew(
  { step, bytes, mode = 0o600, isModeExact }: DraftedStep,
  staged: string,
  files: Files,
): Promise<void> {
  if (step.type === "put" && step.after.state === "link") return files.symlink(step.after.target, staged);
  await files.create(staged, bytes ?? new Uint8Array(), mode);
  // The process's mask takes bits away from new files, never the owner's own.
  if (isModeExact && (mode & 0o7177) !== 0) await files.changeMode(staged, mode);
}

/**
 * A hard link keeps owner, permission bits and times too and costs no copy; file systems without them get a copy.
 * Should the file be changed in place meanwhile, the check before the first rename finds it.
 */
async function keepOriginal(path: string, original: Original, bytes: Uint8Array, files: Files): Promise<void> {
  try {
    await files.hardLink(path, original.file);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    await files.create(original.file, bytes, 0o600);
  }
}
