import { AtkError } from "../core/errors.ts";
import { doStep } from "./do-step.ts";
import { findTargets, type Draft, type DraftedTarget } from "./draft.ts";
import { markPhase, type Intent, type JournalPlace } from "./journal.ts";
import { takeSnapshot } from "./snapshot.ts";
import { staleError } from "./stale.ts";
import { sameSnapshot, type Step } from "./step.ts";
import { syncSteps, undoAll } from "./take-back.ts";

/**
 * Looks at every target once more, then does all steps; on any fault everything is put back.
 * @throws AtkError E_STALE, E_FILE: nothing is changed. E_HALF_WAY: putting back failed too.
 */
export async function commitSteps({ targets }: Draft, intent: Intent, place: JournalPlace): Promise<void> {
  try {
    await refuseMoved(targets, place);
    for (const step of intent.steps) await doOrRefuse(step, place);
    await syncSteps(intent.steps, place);
    await markPhase("renamed", place);
  } catch (error) {
    await undoAll(intent, place);
    throw error;
  }
}

async function refuseMoved(before: readonly DraftedTarget[], { files }: JournalPlace): Promise<void> {
  const now = await findTargets(
    before.map(({ change }) => change),
    files,
  );
  for (const [index, { change, target }] of before.entries()) {
    const found = now[index]?.target;
    if (found === undefined || found.path !== target.path) throw movedLink(change.path, target.path);
    if (!sameSnapshot(found.now, target.now)) throw staleError(change.path, target.now, found.now);
    if (found.file?.stat.mode !== target.file?.stat.mode) throw movedMode(change.path);
  }
}

/** The time between that look and the step itself is short but not nothing: each step looks at its own place again. */
async function doOrRefuse(step: Step, { files }: JournalPlace): Promise<void> {
  if ((await doStep(step, files)) === "done") return;
  const expected = step.type === "put" || step.type === "remove" ? step.before : ({ state: "absent" } as const);
  throw staleError(step.path, expected, await takeSnapshot(step.path, files));
}

function movedLink(path: string, before: string): AtkError {
  return new AtkError("E_STALE", `${path} no longer stands for ${before}; nothing was touched`, {
    at: { file: path },
  });
}

function movedMode(path: string): AtkError {
  return new AtkError("E_STALE", `the permissions of ${path} changed since atk read it; nothing was touched`, {
    at: { file: path },
  });
}
