import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { begunBackups, removeUnfinished } from "./begun.ts";
import { isPaused, resumePaused } from "./pause-service.ts";
import { clearWork } from "./with-backup-lock.ts";

export async function hasLeftovers(context: Context): Promise<boolean> {
  const { hasOpenRestore } = await import("./restore-journal.ts");
  const hasBegun = (await begunBackups(context)).some(({ isAway }) => isAway !== true);
  return hasBegun || (await isPaused(context)) || (await hasOpenRestore(context));
}

/** A restore is finished or taken back, services are started again, half backups are removed. Called with the backup lock. */
export async function finishLeftovers(context: Context): Promise<void> {
  const { finishRestore } = await import("./restore-journal.ts");
  await finishRestore(context);
  if (await isPaused(context)) {
    await resumePaused(context).then(
      () =>
        context.tell({
          type: "note",
          message: "an earlier backup was stopped half way: its service was started again",
        }),
      (error: unknown) => {
        if (!(error instanceof AtkError)) throw error;
        context.tell({
          type: "warning",
          message: error.message,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        });
      },
    );
  }
  await removeUnfinished(context);
  await clearWork(context);
}
