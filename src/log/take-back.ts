import { dirname } from "node:path";
import { AtkError } from "../core/errors.ts";
import { forgetBeforeImages } from "./before-images.ts";
import { discardStaged, type StepResult } from "./do-step.ts";
import { syncDirectories } from "./durable.ts";
import { markPhase, removeJournal, type Intent, type JournalPlace, type Phase } from "./journal.ts";
import { keepImages } from "./run-images.ts";
import type { Step } from "./step.ts";
import { undoStep } from "./undo-step.ts";

/** What the journal knows, enough to take everything back. */
export type Started = Pick<Intent, "id" | "steps" | "label">;

/** Takes away what was staged, when nothing else can have happened yet, and ends the transaction. */
export async function takeStagedBack(started: Started, place: JournalPlace): Promise<void> {
  for (const step of started.steps) await discardStaged(step, place.files);
  await forgetBeforeImages(started.id, place);
  await endJournal(started.id, place);
}

/**
 * Puts everything back as it was and ends the transaction. Gives the paths that somebody else changed meanwhile: those are left.
 * @throws AtkError E_HALF_WAY when something cannot be put back now; the next run tries again.
 */
export async function undoAll(started: Started, place: JournalPlace): Promise<readonly string[]> {
  await markIfPossible("undo", place);
  const conflicts: string[] = [];
  const faults: AtkError[] = [];
  for (const step of [...started.steps].reverse()) {
    const result = await undoStep(step, place.files).catch((error: unknown) => noted(error, faults));
    if (result === "conflict") conflicts.push(step.path);
  }
  await syncSteps(started.steps, place);
  if (faults.length > 0) throw halfWay(started, faults);
  await forgetBeforeImages(started.id, place).catch((error: unknown) => noted(error, []));
  await endJournal(started.id, place);
  return conflicts;
}

/** What is done is done, whether or not it can be taken back later. */
export async function keepIfPossible(id: string, place: JournalPlace): Promise<void> {
  await keepImages(id, place).catch((error: unknown) => noted(error, []));
}

/** Closed, then forgotten. */
export async function endJournal(id: string, place: JournalPlace): Promise<void> {
  await markIfPossible("closed", place);
  await removeJournal(id, place);
}

/** Every directory in which something was renamed, made or removed. */
export async function syncSteps(steps: readonly Step[], { files }: JournalPlace): Promise<void> {
  await syncDirectories(
    steps.map((step) => dirname(step.path)),
    files,
  );
}

/** A full disk must not stop the way back, which needs no space; the mark only tells a next run where this one was. */
async function markIfPossible(phase: Phase, place: JournalPlace): Promise<void> {
  await markPhase(phase, place).catch((error: unknown) => noted(error, []));
}

function noted(error: unknown, faults: AtkError[]): StepResult | undefined {
  if (!(error instanceof AtkError)) throw error;
  faults.push(error);
  return undefined;
}

function halfWay({ label }: Started, faults: readonly AtkError[]): AtkError {
  const [first] = faults;
  return new AtkError("E_HALF_WAY", `'${label}' could not be taken back completely: ${first?.message ?? ""}`, {
    at: first?.at,
    hint: "repair that, then run: atk apply",
    problems: faults.map(({ message }) => ({ message })),
    cause: first,
  });
}
