import { join } from "node:path";
import type { Context } from "../context.ts";

/** What atk knows of its backups on this machine, and works in; private (0700). */
export function backupDirectory({ workspace }: Pick<Context, "workspace">): string {
  return join(workspace.stateDirectory, "backup");
}

/** Scratch of the run that holds the lock; whoever gets the lock next removes it. */
export function workDirectory(context: Pick<Context, "workspace">): string {
  return join(backupDirectory(context), "work");
}

/** The target `local`, where `backup_targets` does not say another. */
export function localDirectory({ workspace }: Pick<Context, "workspace">): string {
  return join(workspace.stateDirectory, "backups");
}
