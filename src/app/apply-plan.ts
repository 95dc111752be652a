import { AtkError } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Change } from "../core/plan.ts";
import type { State } from "../core/state.ts";
import type { FileChange } from "../host/file-change.ts";
import { prepare, type Transaction } from "../log/transaction.ts";
import type { Context } from "./context.ts";
import { othersAfter } from "./drift/others-after.ts";
import type { PlanWork } from "./make-plan.ts";
import { nextState, type Task } from "./next-state.ts";
import { isInstall, runInstalls, runUninstalls } from "./run-commands.ts";
import { missingDirectories, stageTasks } from "./stage-tasks.ts";
import { printState, stateFile } from "./state-store.ts";
import { recordDone } from "./record-done.ts";
import { asJson, runEvent, type RunEvent } from "./run-event.ts";
import { withExactFiles } from "./undo/exact-files.ts";
import { runRecord } from "./undo/run-record.ts";
import { verifyTasks } from "./verify-tasks.ts";

export interface ApplyRequest {
  readonly work: PlanWork;
  readonly tasks: readonly Task[];
  /** Changes of the user's own files that go with it: manifest, lock, .gitignore. */
  readonly extra: readonly FileChange[];
  /** For the journal: what is being done. */
  readonly label: string;
  /** Handed back by recovery, with the paths: what still has to be committed. */
  readonly note: JsonObject;
  /** Number of the run that is taken back. */
  readonly undoes?: number;
  /** A failing uninstall command does not stop a removal. */
  readonly forced?: boolean;
}

export interface Applied {
  readonly tasks: readonly Task[];
  readonly changes: readonly Change[];
  /** Paths that were written or taken away. */
  readonly written: readonly string[];
  readonly backups: Readonly<Record<string, string>>;
  readonly state: State;
  /** What the log is told about it. */
  readonly event: RunEvent;
  /** Forgets the way back; called when what follows (the commit) is done too. */
  close(): Promise<void>;
}

/**
 * Does the tasks as one transaction: everything staged and synced, then renamed, then commands run, then verified, then recorded.
 * On any fault everything is put back as it was. With nothing to do it writes nothing.
 * @throws AtkError E_STALE when a file changed since it was read (nothing was touched).
 */
export async function applyTasks(request: ApplyRequest, context: Context): Promise<Applied> {
  const { work, tasks } = request;
  const staged = await stageTasks(tasks, work.state, context);
  const asked = { changes: [...staged.changes, ...request.extra], files: staged.files };
  const { changes: own, files } = await withExactFiles(asked, work.exact ?? [], context.look);
  const madeDirectories = await missingDirectories(own, context);
  const others = othersAfter(work, tasks);
  const parts = { state: work.state, files, madeDirectories, others };
  // A command is recorded as done only once it was: killed while it runs, the next apply runs it again.
  const early = await nextState({ ...parts, tasks: tasks.filter((task) => !isInstall(task)) });
  const state = await nextState({ ...parts, tasks });
  const changes = [...own, ...tidy(own, work.state), await stateChange(early, context)];
  const event = runEvent(request, context);
  const { selection } = work.plan;
  const record = await runRecord({ before: work.state, after: state, tasks, changes: own, selection }, context);
  const note = { ...request.note, event: asJson(event), paths: own.map((change) => change.path) };
  const transaction = await context.step(`Stage ${own.length} file${own.length === 1 ? "" : "s"}`, () =>
    prepare(
      { label: request.label, changes, note, keep: record as unknown as Json },
      { files: context.host.files, directory: context.workspace.stateDirectory, now: () => context.host.now() },
    ),
  );
  await runUninstalls(tasks, request.forced ?? false, context).catch(async (error: unknown) => {
    await transaction.rollBack();
    throw error;
  });
  await context.step("Put everything in place", () => transaction.commit());
  await finish(request, state, { transaction, context });
  return {
    tasks,
    changes: tasks.map((task) => task.item.change),
    written: own.map((change) => change.path),
    backups: staged.backups,
    event: transaction.id === undefined ? event : { ...event, tx: transaction.id },
    state,
    close: () => transaction.close(),
  };
}

interface Finishing {
  readonly transaction: Transaction;
  readonly context: Context;
}

async function finish({ work, tasks }: ApplyRequest, state: State, { transaction, context }: Finishing): Promise<void> {
  const commands = await runInstalls(tasks, context).catch(async (error: unknown) => {
    await transaction.rollBack();
    throw error;
  });
  try {
    await context.step("Read it again and compare", () => verifyTasks(tasks, work.state, context));
    await recordDone(state, tasks, context);
  } catch (error) {
    await commands.undo();
    await transaction.rollBack();
    throw error instanceof AtkError && error.code === "E_HALF_WAY"
      ? new AtkError("E_HALF_WAY", `${error.message}; everything was put back as it was`, {
          hint: error.hint,
          cause: error,
        })
      : error;
  }
}

/** Directories that atk made are taken away when the last thing in them goes. */
function tidy(changes: readonly FileChange[], state: State): readonly FileChange[] {
  if (!changes.some((change) => change.type === "remove")) return [];
  const deepestFirst = [...state.directories].sort((a, b) => b.length - a.length);
  return deepestFirst.map((path) => ({ type: "remove-directory", path }));
}

async function stateChange(state: State, { workspace, look }: Context): Promise<FileChange> {
  const path = stateFile(workspace);
  const known = await look.bytes(path);
  const { digestBytes } = await import("../host/digest.ts");
  const expected =
    known === undefined ? ({ state: "absent" } as const) : ({ state: "file", digest: digestBytes(known) } as const);
  return { type: "write", path, bytes: printState(state), mode: 0o600, expected };
}
