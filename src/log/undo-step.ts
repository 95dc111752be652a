import { AtkError } from "../core/errors.ts";
import type { Files } from "../core/host.ts";
import { changeMode, discardStaged, type StepResult } from "./do-step.ts";
import { takeSnapshot } from "./snapshot.ts";
import { sameSnapshot, type Original, type PutStep, type RemoveStep, type Step } from "./step.ts";

/** Takes one step back, or finds that there is nothing to take back: to be called again after any interruption. */
export async function undoStep(step: Step, files: Files): Promise<StepResult> {
  switch (step.type) {
    case "put":
    case "remove":
      return putBack(step, files);
    case "mode":
      return changeMode(step.path, step.from, files);
    case "make-directory":
      if ((await files.stat(step.path))?.type === "directory") await files.removeDirectory(step.path);
      return "done";
    case "remove-directory":
      return remakeDirectory(step.path, step.mode, files);
  }
}

async function putBack(step: PutStep | RemoveStep, files: Files): Promise<StepResult> {
  await discardStaged(step, files);
  const now = await takeSnapshot(step.path, files);
  if (now === "other") return "conflict";
  if (sameSnapshot(now, step.before)) return "done";
  const after = step.type === "put" ? step.after : ({ state: "absent" } as const);
  if (!sameSnapshot(now, after)) return "conflict";
  return restore(step, files);
}

async function restore({ path, staged, before, original }: PutStep | RemoveStep, files: Files): Promise<StepResult> {
  if (before.state === "absent") {
    await files.unlink(path);
    return "done";
  }
  if (before.state === "link") await files.symlink(before.target, staged);
  else if (original === undefined || !(await stageOriginal(original, staged, files))) return "conflict";
  await files.rename(staged, path);
  return "done";
}

/** false: the original is gone, so that there is nothing to put back. */
async function stageOriginal(original: Original, staged: string, files: Files): Promise<boolean> {
  const bytes = await files.read(original.file);
  if (bytes === undefined) return false;
  try {
    await files.hardLink(original.file, staged);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    await files.create(staged, bytes, original.mode);
  }
  if ((await files.stat(staged))?.mode !== original.mode) await files.changeMode(staged, original.mode);
  return true;
}

async function remakeDirectory(path: string, mode: number, files: Files): Promise<StepResult> {
  const stat = await files.stat(path);
  if (stat !== undefined) return stat.type === "directory" ? "done" : "conflict";
  await files.makeDirectory(path, mode);
  await files.changeMode(path, mode);
  return "done";
}
