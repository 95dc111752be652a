import { randomBytes } from "node:crypto";
import { AtkError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { FileChange } from "../host/file-change.ts";
import { commitSteps } from "./commit-steps.ts";
import { draft, type Draft } from "./draft.ts";
import { makePrivateDirectory } from "./durable.ts";
import { beginJournal, hasOpenJournal, originalsDirectory, type Intent, type TransactionContext } from "./journal.ts";
import { stageAll } from "./stage-all.ts";
import { endJournal, keepIfPossible, takeStagedBack, undoAll } from "./take-back.ts";

export { hasOpenJournal, type TransactionContext } from "./journal.ts";
export { recover, type Recovery } from "./recover.ts";

export interface TransactionRequest {
  /** What is being done, for people: `Add plugin 'github'`. */
  readonly label: string;
  readonly changes: readonly FileChange[];
  /** Handed back by `recover`, e.g. the commit that is still to be made. Holds no secret. */
  readonly note: Json;
  /** What was found is kept when it is closed, with this description, see run-images.ts. Absent: it is forgotten. */
  readonly keep?: Json;
}

/** Many changes of files that happen all or not at all, whenever atk is stopped. */
export interface Transaction {
  /** Names it in the journal and its images; undefined when there was nothing to do. */
  readonly id?: string;
  /** Directories that are made for it, outermost first. */
  readonly madeDirectories: readonly string[];
  /**
   * Makes the changes visible, after a last look that nobody else was there meanwhile.
   * @throws AtkError E_STALE, E_FILE: nothing is changed. E_HALF_WAY: not even putting back was possible; the next run does it.
   */
  commit(): Promise<void>;
  /**
   * Puts every original back (content, permission bits, absence), before or after `commit`, and ends the transaction.
   * Gives the paths that somebody else changed since: they are left as they are.
   * @throws AtkError E_HALF_WAY when something cannot be put back now; the next run tries again.
   */
  rollBack(): Promise<readonly string[]>;
  /** The way back is forgotten; called when all that belongs to it is done. */
  close(): Promise<void>;
}

/**
 * Stages all changes, synced to disk, with the way back kept; no file that anybody reads has changed after it.
 * Changes whose result is there already are left out; when none remains nothing at all is written.
 * Costs one fsync for each new content and each file touched for the first time, about 16 at once, and four more.
 * @throws AtkError E_STALE when the machine moved; E_FILE when something cannot be written (disk full, no permission, read-only,
 * a directory in its place, another owner); E_HALF_WAY when an earlier transaction was not ended. Nothing is left behind.
 */
export async function prepare(request: TransactionRequest, context: TransactionContext): Promise<Transaction> {
  if (await hasOpenJournal(context)) throw unfinished(context.directory);
  const id = randomBytes(4).toString("hex");
  const drafted = await draft(
    request.changes,
    { id, originals: originalsDirectory(context.directory, id) },
    context.files,
  );
  if (drafted.steps.length === 0) return NOTHING_TO_DO;
  const { label, note } = request;
  const intent: Intent = {
    id,
    label,
    note,
    at: context.now().toISOString(),
    steps: drafted.steps.map(({ step }) => step),
  };
  await makePrivateDirectory(context.directory, context.files);
  await beginJournal(intent, context);
  try {
    await stageAll(drafted, intent, { ...context, ...(request.keep === undefined ? {} : { keep: request.keep }) });
  } catch (error) {
    // What cannot be taken back now is in the journal; the fault that stopped us is what the person has to see.
    await takeStagedBack(intent, context).catch(() => undefined);
    throw error;
  }
  return openTransaction(drafted, intent, context);
}

const NOTHING_TO_DO: Transaction = {
  madeDirectories: [],
  commit: async () => undefined,
  rollBack: async () => [],
  close: async () => undefined,
};

function openTransaction(drafted: Draft, intent: Intent, context: TransactionContext): Transaction {
  let phase: "staged" | "renamed" | "ended" = "staged";
  const moveOn = (from: readonly string[], to: typeof phase): void => {
    if (!from.includes(phase)) throw new Error(`a transaction that is ${phase} cannot become ${to}`);
    phase = to;
  };
  return {
    id: intent.id,
    madeDirectories: drafted.madeDirectories,
    async commit() {
      moveOn(["staged"], "renamed");
      await commitSteps(drafted, intent, context).catch((error: unknown) => {
        phase = "ended";
        throw error;
      });
    },
    async rollBack() {
      moveOn(["staged", "renamed"], "ended");
      return undoAll(intent, context);
    },
    async close() {
      moveOn(["renamed"], "ended");
      await keepIfPossible(intent.id, context);
      await endJournal(intent.id, context);
    },
  };
}

function unfinished(directory: string): AtkError {
  return new AtkError("E_HALF_WAY", "an earlier run was stopped half way and has to be ended first", {
    at: { file: directory },
    hint: "atk apply",
  });
}
