import type { Json } from "../core/json.ts";
import { doStep } from "./do-step.ts";
import { markPhase, readJournal, removeJournal, type Journal, type JournalPlace } from "./journal.ts";
import { endJournal, keepIfPossible, syncSteps, takeStagedBack, undoAll } from "./take-back.ts";

/** What became of a transaction that was stopped half way. */
export interface Recovery {
  readonly outcome: "finished" | "taken-back";
  readonly label: string;
  /** As it was given to `prepare`. */
  readonly note: Json;
  /** Paths that somebody else changed meanwhile: they were left as they are. */
  readonly conflicts: readonly string[];
}

/**
 * Ends what an earlier run left: taken back when it had not staged everything, or was taking it back already; else finished.
 * undefined when there is nothing to end. May itself be stopped at any time and called again.
 * `finish` does what was to follow a finished one; until it is done the journal stays open, so that it is not forgotten.
 * @throws AtkError E_FILE or E_HALF_WAY when a step is not possible now (the journal stays, the next run tries again).
 */
export async function recover(place: JournalPlace, finish: Finish = nothingMore): Promise<Recovery | undefined> {
  const journal = await readJournal(place);
  if (journal === undefined) return undefined;
  if (journal === "torn" || journal.phase === "closed") {
    await removeJournal(journal === "torn" ? undefined : journal.id, place);
    return undefined;
  }
  const { label, note, phase } = journal;
  const outcome = phase === "staged" || phase === "renamed" ? "finished" : "taken-back";
  return { outcome, label, note, conflicts: await end(journal, place, finish) };
}

/** Given the note and the id of the transaction. May be called again when it was cut off. */
export type Finish = (note: Json, id: string) => Promise<void>;

const nothingMore: Finish = async () => undefined;

async function end(journal: Journal, place: JournalPlace, following: Finish): Promise<readonly string[]> {
  if (journal.phase === "undo") return undoAll(journal, place);
  if (journal.phase === "intend") {
    await takeStagedBack(journal, place);
    return [];
  }
  // After `renamed` a changed file is the user's next edit, no conflict.
  const conflicts = journal.phase === "staged" ? await finish(journal, place) : [];
  await following(journal.note, journal.id);
  await keepIfPossible(journal.id, place);
  await endJournal(journal.id, place);
  return conflicts;
}

async function finish(journal: Journal, place: JournalPlace): Promise<readonly string[]> {
  const conflicts: string[] = [];
  for (const step of journal.steps) {
    if ((await doStep(step, place.files)) === "conflict") conflicts.push(step.path);
  }
  await syncSteps(journal.steps, place);
  await markPhase("renamed", place);
  return conflicts;
}
