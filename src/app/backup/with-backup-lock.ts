import { AtkError } from "../../core/errors.ts";
import { makePrivateDirectory } from "../../log/durable.ts";
import type { Context } from "../context.ts";
import { backupDirectory, workDirectory } from "./backup-place.ts";

const WAIT_MS = 15_000;

/**
 * Runs alone among those that make, restore or remove backups of this home; what a killed one left is finished or taken away before.
 * The home itself is not locked: atk can be used while a long backup runs.
 * @throws AtkError E_BUSY naming the holder
 */
export async function withBackupLock<T>(label: string, work: () => Promise<T>, context: Context): Promise<T> {
  const release = await lock(label, WAIT_MS, context);
  try {
    const { finishLeftovers } = await import("./finish-leftovers.ts");
    await finishLeftovers(context);
    return await work();
  } finally {
    await clearWork(context);
    await release();
  }
}

/** Finishes what a killed run left, where there is something and nobody is at it. For commands that have nothing else to do with backups. */
export async function finishBackupWork(context: Context): Promise<void> {
  const { hasLeftovers, finishLeftovers } = await import("./finish-leftovers.ts");
  if (!(await hasLeftovers(context))) return;
  const release = await lock("Finish a backup", 0, context).catch((error: unknown) => {
    if (error instanceof AtkError && error.code === "E_BUSY") return undefined;
    throw error;
  });
  if (release === undefined) return;
  try {
    await finishLeftovers(context);
  } catch (error) {
    // It stays for the next backup command; what was asked for has nothing to do with it.
    if (!(error instanceof AtkError)) throw error;
    const { message, hint } = error;
    context.tell({ type: "warning", message, ...(hint === undefined ? {} : { hint }) });
  } finally {
    await release();
  }
}

async function lock(label: string, waitMs: number, context: Context): Promise<() => Promise<void>> {
  const { lockHome } = await import("../../log/home-lock.ts");
  const { files } = context.host;
  const directory = backupDirectory(context);
  await makePrivateDirectory(directory, files);
  return lockHome({ directory, label, waitMs, files });
}

export async function clearWork(context: Context): Promise<void> {
  const { removeTree } = await import("./remove-tree.ts");
  await removeTree(workDirectory(context));
}
