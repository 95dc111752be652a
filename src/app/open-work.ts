import { isObject, type Json, type JsonObject } from "../core/json.ts";
import type { ManifestConfig } from "../manifest/manifest.ts";
import type { Context } from "./context.ts";
import { registerHome } from "./cache/known-homes.ts";
import { makeDirectories } from "./context.ts";
import type { RunEvent } from "./run-event.ts";

/** What the journal holds for the case that the run is killed before its commit. */
export type CommitNote = { readonly message: string; readonly config: ManifestConfig; readonly event?: JsonObject };

const LOCK_WAIT_MS = 10_000;

/** Whether an apply was stopped half way on this machine. */
export async function hasOpenWork({ host, workspace }: Context): Promise<boolean> {
  const { hasOpenJournal } = await import("../log/transaction.ts");
  return hasOpenJournal({ files: host.files, directory: workspace.stateDirectory });
}

/**
 * Finishes or takes back what an apply left half way, says which, and makes the commit that was still to come.
 * Called with the home locked.
 */
export async function finishOpenWork(context: Context): Promise<void> {
  await finishApply(context);
  const { finishBackupWork } = await import("./backup/with-backup-lock.ts");
  await finishBackupWork(context);
}

async function finishApply(context: Context): Promise<void> {
  if (!(await hasOpenWork(context))) return;
  const { recover } = await import("../log/transaction.ts");
  const { host, workspace, tell } = context;
  const place = { files: host.files, directory: workspace.stateDirectory };
  const recovery = await recover(place, (note, id) => finishNoted(note, id, context));
  if (recovery === undefined) return;
  const word = recovery.outcome === "finished" ? "finished" : "taken back";
  tell({ type: "note", message: `an earlier run was stopped half way: '${recovery.label}' was ${word}` });
  for (const path of recovery.conflicts) {
    tell({ type: "warning", message: `${path} was changed by somebody else meanwhile and was left as it is` });
  }
}

/** What was still to come: the branch's move of a sync, or the commit of the same paths, with the same words, and the line in the log. */
async function finishNoted(note: Json, id: string, context: Context): Promise<void> {
  if (isObject(note) && note["move"] !== undefined) {
    const { finishMove } = await import("./sync/move-home.ts");
    return finishMove(note["move"], context);
  }
  const {
    message,
    paths = [],
    config,
    event,
  } = note as unknown as Partial<CommitNote> & { readonly paths?: readonly string[] };
  if (message === undefined || config === undefined) return;
  const { commitWritten } = await import("./commit-written.ts");
  const committed = await commitWritten(message, paths, config, context);
  if (event === undefined) return;
  const { recordOnce } = await import("./record-applied.ts");
  const done = committed === undefined ? {} : { commit: committed.commit };
  await recordOnce({ ...(event as unknown as RunEvent), ...done, tx: id }, context);
}

/** Runs with the home locked, so that two atk processes never write at once. @throws AtkError E_BUSY naming the holder. */
export async function withHomeLock<T>(context: Context, label: string, work: () => Promise<T>): Promise<T> {
  const { lockHome } = await import("../log/home-lock.ts");
  const { host, workspace } = context;
  await makeDirectories(host.files, workspace.stateDirectory);
  const release = await lockHome({
    directory: workspace.stateDirectory,
    label,
    waitMs: LOCK_WAIT_MS,
    files: host.files,
  });
  try {
    await registerHome(context);
    return await work();
  } finally {
    await release();
  }
}
