import type { Item } from "../make-plan.ts";
import type { TaskRecord } from "./run-record.ts";

const NOTES: ReadonlySet<string> = new Set(["adopt", "forget"]);

/** The run wrote nothing there: it only took note of it, or let go of it. */
export function isNote({ verdict }: TaskRecord): boolean {
  return NOTES.has(verdict);
}

/**
 * Takes a note back where `planned`, what the manifest asks for now, would write or delete what the run has not written: it stays
 * where it is and is known as it was then (to nobody, as atk's own, or as somebody's edit). undefined: the plan does that itself.
 */
export function restoreNote(task: TaskRecord, planned: Item | undefined, now: string | null): Item | undefined {
  const { verdict, before, after } = task;
  if (planned === undefined || now === null) return undefined;
  const isTaken = verdict === "adopt" && before === null && planned.resource === undefined;
  const isSettled =
    verdict === "adopt" && before !== null && planned.change.verdict === "update" && now === after?.digest;
  const isLeft = verdict === "forget" && before !== null && ["adopt", "unmanaged"].includes(planned.change.verdict);
  if (!isTaken && !isSettled && !isLeft) return undefined;
  const { diff: _unchanged, summary: _same, problem: _answered, ...change } = planned.change;
  return {
    key: task.key,
    resource: undefined,
    recorded: planned.recorded,
    restore: { edits: [], recorded: before ?? undefined },
    change: { ...change, verdict: before === null ? "forget" : "adopt", expected: now, after: now },
  };
}
