import { AtkError } from "../../core/errors.ts";
import { readImages, type RunImages } from "../../log/run-images.ts";
import type { Context } from "../context.ts";
import type { RunRecord } from "./run-record.ts";
import { laterRuns, type Run } from "./runs.ts";

/** A run that can be taken back, with what it found. */
export interface Undoable {
  readonly run: Run;
  readonly images: RunImages;
  readonly record: RunRecord;
}

/**
 * The run to take back: the one named, or the newest that is not an undo itself and was not taken back.
 * @throws AtkError E_USAGE when there is none, it was taken back already, or its images are gone; E_DISAGREES when later runs touched the same.
 */
export async function chooseRun(id: number | undefined, runs: readonly Run[], context: Context): Promise<Undoable> {
  const run = id === undefined ? newest(runs) : named(id, runs);
  const images = run.tx === undefined ? undefined : await readImages(run.tx, placeOf(context));
  if (images === undefined) throw notKept(run);
  const record = images.record as unknown as RunRecord;
  refuseLater(run, runs);
  return { run, images, record };
}

function newest(runs: readonly Run[]): Run {
  const found = runs.findLast((run) => canBeUndone(run) && run.undoes === undefined && run.undoneBy === undefined);
  if (found !== undefined) return found;
  throw new AtkError("E_USAGE", "there is nothing to undo on this machine", { hint: "atk history" });
}

function named(id: number, runs: readonly Run[]): Run {
  const run = runs.find((each) => each.id === id);
  if (run === undefined)
    throw new AtkError("E_USAGE", `there is no run ${id} on this machine`, { hint: "atk history" });
  if (run.undoneBy !== undefined)
    throw new AtkError("E_USAGE", `run ${id} was taken back already, by run ${run.undoneBy}`, {
      hint: `to have it again: atk undo ${run.undoneBy}`,
    });
  if (canBeUndone(run)) return run;
  const [message, hint] = run.follows
    ? ["it belongs to the run before it", `atk undo ${id - 1}`]
    : ["it changed no file that atk keeps", "atk start, atk stop and atk install bring things where they shall be"];
  throw new AtkError("E_USAGE", `run ${id} cannot be undone: ${message}`, { hint });
}

function canBeUndone({ tx, follows }: Run): boolean {
  return tx !== undefined && follows !== true;
}

function notKept({ id, commit }: Run): AtkError {
  const hint =
    commit === undefined
      ? "atk rollback TIME brings the manifest back to what it was"
      : `atk rollback ${commit.slice(0, 7)}~1 brings the manifest back to what it was before`;
  return new AtkError("E_USAGE", `what run ${id} found is not kept on this machine any more`, { hint });
}

function refuseLater(run: Run, runs: readonly Run[]): void {
  const own = new Set(run.changes.map(({ address }) => address));
  const later = laterRuns(run, runs).filter(({ changes }) => changes.some(({ address }) => own.has(address)));
  if (later.length === 0) return;
  const [first] = later;
  throw new AtkError("E_DISAGREES", `later runs changed what run ${run.id} changed, so it cannot be undone alone`, {
    problems: later.map(({ id, label, changes }) => {
      const shared = changes.filter(({ address }) => own.has(address)).map(({ address }) => address);
      return { message: `run ${id}, ${label}: ${shared.join(", ")}` };
    }),
    hint: `take them back first, the newest first: atk undo ${first?.id ?? ""}`,
  });
}

function placeOf({ host, workspace }: Context): { files: Context["host"]["files"]; directory: string } {
  return { files: host.files, directory: workspace.stateDirectory };
}
