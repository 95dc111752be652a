import { writeImages } from "../log/run-images.ts";
import type { Json } from "../core/json.ts";
import type { State } from "../core/state.ts";
import type { Context } from "./context.ts";
import type { Task } from "./next-state.ts";
import { recordApplied } from "./record-applied.ts";
import { runEvent } from "./run-event.ts";
import { runRecord } from "./undo/run-record.ts";

export interface ServicesRun {
  readonly label: string;
  /** Services that are where they shall be. */
  readonly tasks: readonly Task[];
  /** true: nothing else was done, so that this is the whole run; else it follows one. */
  readonly isWhole: boolean;
  readonly before: State;
  readonly selection: readonly string[];
  readonly undoes?: number;
  readonly commit?: string;
}

/** Writes down what was started and stopped by a plan. A run of nothing else found no files, and can be undone by its manifest. */
export async function recordServices(run: ServicesRun, context: Context): Promise<void> {
  const { label, tasks, isWhole, before, selection, undoes, commit } = run;
  if (tasks.length === 0) return;
  const event = runEvent({ label, tasks, ...(undoes === undefined || !isWhole ? {} : { undoes }) }, context);
  if (!isWhole) return recordApplied({ ...event, follows: true }, context);
  const record = await runRecord({ before, after: before, tasks, changes: [], selection }, context);
  const { host, workspace } = context;
  const place = { files: host.files, directory: workspace.stateDirectory };
  const tx = await writeImages(record as unknown as Json, host.now(), place);
  await recordApplied({ ...event, tx, ...(commit === undefined ? {} : { commit }) }, context);
}
