import { lineOf, type Question } from "../app/sync/questions.ts";
import type { Received, SyncOutcome } from "../app/sync/sync-request.ts";
import { EXIT } from "../core/error-codes.ts";
import { exitOf, reportChange } from "./change-command.ts";
import { printable } from "./paint.ts";
import type { Session } from "./session.ts";

/** 0; 7 when it could not be pushed; 11 for open questions and what was left alone; 10 when nobody was there to ask about the plan. */
export function exitOfSync({ state, pushed, changes, isCommitted }: SyncOutcome, isWatched: boolean): number {
  if (state === "questions") return EXIT.machineDisagrees;
  if (pushed.state === "failed") return EXIT.git;
  if (!isCommitted) return EXIT.machineDisagrees;
  const last = changes.at(-1);
  if (last?.outcome === "declined" && !isWatched) return EXIT.changesPending;
  return last === undefined ? EXIT.ok : exitOf(last);
}

/** The questions with both values, and the words that answer them. */
export function sayQuestions({ questions, remote, branch }: SyncOutcome, session: Session): void {
  const count = questions.length === 1 ? "1 field was" : `${questions.length} fields were`;
  session.say(`${count} changed here and at ${remote}/${branch}, each another way. Nothing was taken in.`);
  for (const { id, file, base, ours, theirs } of questions) {
    session.say(`? ${printable(id)} (${printable(file)})`);
    if (base !== undefined) session.say(`    before: ${printable(lineOf(base))}`);
    session.say(`    ours:   ${printable(lineOf(ours))}`);
    session.say(`    theirs: ${printable(lineOf(theirs))}`);
  }
  session.say(`next: atk sync ${questions.map(answerWords).join(" ")}`);
  session.say("      with theirs where the remote's value is right; or --prefer ours|theirs for all");
}

function answerWords({ id }: Question): string {
  const word = `${id}=ours`;
  return `--answer ${/^[\w.:/@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`}`;
}

/** What was done here, what went out. */
export function reportSync(outcome: SyncOutcome, session: Session): void {
  for (const change of outcome.changes) {
    if (change.outcome === "declined") session.say("This machine was left as it is; later: atk apply");
    else reportChange(change, session);
  }
  session.say(pushedText(outcome));
}

/** What came in, or would. */
export function takenText({ taken, received, files, remote, branch, kept }: Received, isDryRun: boolean): string {
  const from = `${remote}/${branch}`;
  if (taken === "offline") return "Offline: nothing was fetched and nothing is pushed.";
  if (taken === "nothing") return `Nothing new at ${from}.`;
  const commits = `${received} commit${received === 1 ? "" : "s"}`;
  const number = `${files.length} file${files.length === 1 ? "" : "s"}`;
  const where = kept === undefined ? "" : ` (before: ${kept})`;
  const would = isDryRun ? "Would take" : "Took";
  if (taken === "rewritten") return `${would} the rewritten ${from}, with the edits made here on it: ${number}${where}`;
  const how = taken === "merge" ? ", merged with what was changed here" : "";
  return `${would} ${commits} from ${from}${how}: ${number}${where}`;
}

const PUSHED = { pushed: "Pushed.", "up-to-date": "The remote has everything.", "not-asked": "Not pushed." } as const;

function pushedText({ pushed }: SyncOutcome): string {
  if (pushed.state !== "failed") return PUSHED[pushed.state];
  const next =
    pushed.reason === "rejected" ? "atk git push says more; then atk sync" : "atk sync, when the remote is there";
  return `! not pushed: ${pushed.message}\n  ${next}`;
}
