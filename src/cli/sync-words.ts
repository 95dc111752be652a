import type { Side, SyncOutcome, SyncRequest } from "../app/sync/sync-request.ts";
import type { Context } from "../app/context.ts";
import { EXIT } from "../core/error-codes.ts";
import { AtkError } from "../core/errors.ts";
import { confirmPlan, decisionsOf, runChange, sayPlan } from "./change-command.ts";
import type { Invocation, Options } from "./command.ts";
import { openHome, outJson, type Session } from "./session.ts";
import { exitOfSync, reportSync, sayQuestions, takenText } from "./sync-report.ts";

const DEFAULT_TIMEOUT_S = 60;

/** `atk sync`. */
export async function runSync(invocation: Invocation, session: Session): Promise<number> {
  const { sync } = await import("../app/sync/sync.ts");
  const context = await openHome(session);
  const outcome = await sync(requestOf(invocation, session), context);
  const exitCode = exitOfSync(outcome, isWatched(invocation, session));
  if (session.json) outJson(session, { ...outcome, exit_code: exitCode });
  else await tell(outcome, session);
  return exitCode;
}

async function tell(outcome: SyncOutcome, session: Session): Promise<void> {
  if (outcome.state === "questions") return sayQuestions(outcome, session);
  if (outcome.state === "synced") {
    const last = outcome.changes.at(-1);
    // A plan with work in it was shown before the question; what needs attention is shown here.
    if (last?.outcome === "nothing" && last.left.length > 0) await sayPlan(last.plan, session);
    return reportSync(outcome, session);
  }
  session.say(takenText(outcome, true));
  for (const { plan } of outcome.changes) await sayPlan(plan, session, true);
}

function requestOf(invocation: Invocation, session: Session): SyncRequest {
  const { options } = invocation;
  const prefer = options.text("prefer");
  return {
    answers: answersOf(options.list("answer")),
    ...(prefer === undefined ? {} : { prefer: sideOf(prefer, "--prefer") }),
    dryRun: options.flag("dryRun"),
    push: !options.isOff("push"),
    acceptRewritten: options.flag("acceptRewritten"),
    acceptUnrelated: options.flag("acceptUnrelated"),
    timeoutMs: timeoutOf(options),
    unattended: options.flag("yes"),
    decisions: decisionsOf(invocation, session),
    ...(session.interactive ? { ask: async (question) => (await import("./ask.ts")).askSide(question) } : {}),
    tookIn: (received) => session.say(takenText(received, false)),
    approve: async (plan) => {
      if (!session.json) await sayPlan(plan, session);
      // Where nobody can be asked, what was merged is kept and pushed all the same; the machine waits.
      return isWatched(invocation, session) && confirmPlan(plan, "Apply this plan?", invocation, session);
    },
  };
}

/** Somebody says yes or no: by --yes, or at the terminal. */
function isWatched({ options }: Invocation, session: Session): boolean {
  return options.flag("yes") || session.interactive;
}

function answersOf(words: readonly string[]): Record<string, Side> {
  return Object.fromEntries(
    words.map((word) => {
      const end = word.lastIndexOf("=");
      if (end < 1) throw new AtkError("E_USAGE", `--answer takes ID=ours or ID=theirs, not '${word}'`);
      return [word.slice(0, end), sideOf(word.slice(end + 1), "--answer")];
    }),
  );
}

function sideOf(word: string, option: string): Side {
  if (word === "ours" || word === "theirs") return word;
  throw new AtkError("E_USAGE", `${option} takes ours or theirs, not '${word}'`);
}

function timeoutOf(options: Options): number {
  const text = options.text("timeout");
  const seconds = text === undefined ? DEFAULT_TIMEOUT_S : Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw new AtkError("E_USAGE", `--timeout takes seconds, not '${text}'`);
  return seconds * 1000;
}

/** `atk sync --abort`: there is nothing half done but a transaction that was cut off, and that is ended. */
export async function abort(session: Session): Promise<number> {
  const { finishOpenWork, hasOpenWork, withHomeLock } = await import("../app/open-work.ts");
  const context = await openHome(session);
  if (await hasOpenWork(context)) await withHomeLock(context, "Sync", () => finishOpenWork(context));
  else session.say("Nothing to abort: a sync that waits for answers has changed nothing.");
  return EXIT.ok;
}

/** `atk sync --install-timer` and `--remove-timer`: the timer is a line of the manifest, the plan does the rest. */
export async function changeTimer(invocation: Invocation, session: Session): Promise<number> {
  const { options } = invocation;
  const { setSync } = await import("../manifest/edit-sync.ts");
  const { editing } = await import("../app/edits.ts");
  const context: Context = await openHome(session);
  const schedule = options.flag("removeTimer") ? undefined : (options.text("schedule") ?? "hourly");
  return runChange(
    {
      selection: { names: [] },
      message: schedule === undefined ? "No longer sync by itself" : `Sync by itself: ${schedule}`,
      edit: editing(context, (text, file) => setSync(text, schedule, file)),
    },
    invocation,
    session,
    context,
  );
}
