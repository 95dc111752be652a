import type { Files } from "../core/host.ts";
import { discard } from "./durable.ts";
import { takeSnapshot } from "./snapshot.ts";
import { sameSnapshot, type PutStep, type RemoveStep, type Step } from "./step.ts";

/** conflict: somebody else changed the place meanwhile, and it was left as it is. */
export type StepResult = "done" | "conflict";

/** Does one step, or finds that it is done already: to be called again after any interruption. */
export async function doStep(step: Step, files: Files): Promise<StepResult> {
  switch (step.type) {
    case "put":
      return put(step, files);
    case "remove":
      return remove(step, files);
    case "mode":
      return changeMode(step.path, step.to, files);
    case "make-directory":
      return makeDirectory(step.path, step.mode, files);
    case "remove-directory":
      if ((await files.stat(step.path))?.type === "directory") await files.removeDirectory(step.path);
      return "done";
  }
}

async function put(step: PutStep, files: Files): Promise<StepResult> {
  const now = await takeSnapshot(step.path, files);
  const isStaged = (await files.stat(step.staged)) !== undefined;
  if (isStaged && now !== "other" && sameSnapshot(now, step.before)) {
    await files.rename(step.staged, step.path);
    return "done";
  }
  if (isStaged) await files.unlink(step.staged);
  return now !== "other" && sameSnapshot(now, step.after) ? "done" : "conflict";
}

async function remove(step: RemoveStep, files: Files): Promise<StepResult> {
  const now = await takeSnapshot(step.path, files);
  // A directory: the file gave way to it, perhaps by a later step that was done already.
  if (now === "other" || now.state === "absent") return "done";
  if (!sameSnapshot(now, step.before)) return "conflict";
  await files.unlink(step.path);
  return "done";
}

/** Gives a file its permission bits, when it has others. */
export async function changeMode(path: string, mode: number, files: Files): Promise<StepResult> {
  const stat = await files.stat(path);
  if (stat?.type !== "file") return "conflict";
  if (stat.mode !== mode) await files.changeMode(path, mode);
  return "done";
}

async function makeDirectory(path: string, mode: number, files: Files): Promise<StepResult> {
  const stat = await files.stat(path);
  if (stat === undefined) await files.makeDirectory(path, mode);
  return stat === undefined || stat.type === "directory" ? "done" : "conflict";
}

/** Takes away what a step staged. */
export async function discardStaged(step: Step, files: Files): Promise<void> {
  if (step.type === "put" || step.type === "remove") await discard(step.staged, files);
}
