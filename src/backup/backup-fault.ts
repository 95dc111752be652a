import { AtkError } from "../core/errors.ts";
import { fileFault } from "../host/file-fault.ts";

/** A fault of the file system below a target, as one of the target. What is an AtkError already stays as it is. */
export function targetFault(name: string, task: string, path: string, cause: unknown): AtkError {
  if (cause instanceof AtkError) return cause;
  const { message, hint } = fileFault(task, path, cause);
  return new AtkError("E_BACKUP", `backup target ${name}: ${message}`, {
    at: { file: path },
    hint: hint ?? "look whether it is there: a disk that is not mounted, a file that was pruned",
    cause,
  });
}

/** Nothing was wrong with the way to it: what is kept there is not what was written. */
export function damaged(message: string, hint?: string): AtkError {
  return new AtkError("E_DAMAGED", message, {
    hint: hint ?? "restore another one: atk backup list (those that verify are good)",
  });
}
