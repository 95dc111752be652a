import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files, ReadFiles } from "../core/host.ts";
import type { Json } from "../core/json.ts";
import type { FileChange } from "../host/file-change.ts";
import { keepBeforeImages } from "./before-images.ts";
import { closeJournal, markPhase, readJournal, startJournal, type Intent } from "./journal.ts";
import { describeOperations } from "./operations.ts";
import { putInPlace, takeStagedBack, undoOperations } from "./perform.ts";
import { currentDigest } from "./current.ts";
import { stageOperations } from "./stage.ts";

export interface TransactionRequest {
  /** What is being done, for people. */
  readonly label: string;
  readonly changes: readonly FileChange[];
  /** Handed back by `recover`. */
  readonly note: Json;
}

export interface TransactionContext {
  readonly files: Files;
  /** The state folder of this home. */
  readonly directory: string;
  now(): Date;
}

/** Staged and synced to disk: nothing visible has changed yet. */
export interface Transaction {
  readonly madeDirectories: readonly string[];
  /** @throws AtkError E_STALE when a target is not as expected any more; then nothing was touched. */
  commit(): Promise<void>;
  /** Puts every original back. */
  rollBack(): Promise<void>;
  /** Everything is done: the originals are forgotten. */
  close(): Promise<void>;
}

/** An apply left half way on this machine. */
export async function hasOpenJournal(context: { readonly files: ReadFiles; readonly directory: string }): Promise<boolean> {
  return (await readJournal(context.directory, context.files)) !== undefined;
}

/**
 * Writes down what is going to be done, then puts all new content beside its target, synced.
 * @throws AtkError E_FILE naming the path (read-only, no permission, disk full, a folder); then nothing is left behind.
 */
export async function prepare(request: TransactionRequest, context: TransactionContext): Promise<Transaction> {
  const { files, directory } = context;
  const id = randomBytes(6).toString("hex");
  await makeOwnFolder(join(directory, "tx", id), files);
  const { operations, contents, directories } = await describeOperations(request.changes, { id, directory, files });
  const intent: Intent = { id, label: request.label, note: request.note, operations, directories };
  await startJournal(intent, directory, files);
  try {
    await keepBeforeImages(operations, context);
    await stageOperations(intent, contents, files);
    await markPhase("staged", directory, files);
  } catch (error) {
    await takeBack(intent, context);
    throw error;
  }
  return transactionOf(intent, context);
}

async function makeOwnFolder(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  if (dirname(path) !== path) await makeOwnFolder(dirname(path), files);
  await files.makeDirectory(path, 0o700);
}

function transactionOf(intent: Intent, context: TransactionContext): Transaction {
  const { files, directory } = context;
  return {
    madeDirectories: intent.directories,
    async commit() {
      await refuseStale(intent, context);
      try {
        for (const operation of intent.operations) await putInPlace(operation, files);
        await syncAll(intent, files);
        await markPhase("renamed", directory, files);
      } catch (error) {
        await rollBack(intent, context);
        throw error;
      }
    },
    rollBack: () => rollBack(intent, context),
    close: () => close(intent, context),
  };
}

async function refuseStale(intent: Intent, context: TransactionContext): Promise<void> {
  for (const { path, before, type } of intent.operations) {
    if (type === "remove-directory" || (await currentDigest(path, context.files)) === before) continue;
    await takeBack(intent, context);
    throw new AtkError("E_STALE", `${path} was changed by another program just now; nothing was changed by atk`, { at: { file: path }, hint: "run the command again" });
  }
}

async function syncAll({ operations }: Intent, files: Files): Promise<void> {
  const folders = new Set(operations.map(({ path }) => dirname(path)));
  for (const folder of folders) if ((await files.stat(folder)) !== undefined) await files.syncDirectory(folder);
}

async function rollBack(intent: Intent, context: TransactionContext): Promise<void> {
  await markPhase("undoing", context.directory, context.files);
  await undoOperations(intent, context.files);
  await close(intent, context);
}

async function takeBack(intent: Intent, context: TransactionContext): Promise<void> {
  await takeStagedBack(intent, context.files);
  await close(intent, context);
}

async function close({ id, operations }: Intent, { files, directory }: TransactionContext): Promise<void> {
  await closeJournal(directory, files);
  for (const { original } of operations) if (original !== undefined) await files.unlink(original).catch(() => undefined);
  await files.removeDirectory(join(directory, "tx", id)).catch(() => false);
  await files.removeDirectory(join(directory, "tx")).catch(() => false);
}

export interface Recovery {
  readonly outcome: "finished" | "taken-back";
  readonly label: string;
  readonly note: Json;
  /** Paths that somebody else changed meanwhile; left as they are. */
  readonly conflicts: readonly string[];
}

/**
 * Finishes or takes back what was left half way: before everything was staged it is taken back, from then on it is finished.
 * Killed in between, it can be called again.
 */
export async function recover(context: TransactionContext): Promise<Recovery | undefined> {
  const { files, directory } = context;
  const open = await readJournal(directory, files);
  if (open === undefined) {
    await closeJournal(directory, files);
    return undefined;
  }
  const { intent, phase } = open;
  const { label, note } = intent;
  if (phase === "intend" || phase === "undoing") {
    if (phase === "undoing") await undoOperations(intent, files);
    await takeBack(intent, context);
    return { outcome: "taken-back", label, note, conflicts: [] };
  }
  const conflicts: string[] = [];
  for (const operation of intent.operations) if (!(await putInPlace(operation, files))) conflicts.push(operation.path);
  await takeStagedBack({ ...intent, directories: [] }, files);
  await syncAll(intent, files);
  await close(intent, context);
  return { outcome: "finished", label, note, conflicts };
}
