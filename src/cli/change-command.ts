import type { Approval, ChangeOutcome, ChangeRequest } from "../app/change.ts";
import type { Decisions } from "../app/choose-tasks.ts";
import type { Context } from "../app/context.ts";
import { ERRORS, EXIT, type ErrorCode } from "../core/error-codes.ts";
import { AtkError } from "../core/errors.ts";
import type { Change, Plan } from "../core/plan.ts";
import type { Invocation } from "./command.ts";
import { commitText } from "./commit-text.ts";
import { painter, printable } from "./paint.ts";
import { outJson, type Session } from "./session.ts";

/** The part of a change that every command words alike. */
export type ChangeWords = Pick<ChangeRequest, "selection" | "message"> & Partial<ChangeRequest>;

/** What a command adds to the way from plan to change. */
export interface ChangeMoments {
  /** Before the plan is shown. */
  readonly introduce?: (details: Approval, plan: Plan) => Promise<void>;
  readonly question?: string;
  /** After the yes, before the first write. */
  readonly begin?: () => Promise<void>;
}

/** Plans, shows, asks, applies and reports: what `apply`, `add`, `remove`, `plug` and the others have in common. */
export async function runChange(
  words: ChangeWords,
  invocation: Invocation,
  session: Session,
  context: Context,
  { introduce, question = "Apply this plan?", begin }: ChangeMoments = {},
): Promise<number> {
  const { change } = await import("../app/change.ts");
  const { options } = invocation;
  let shown = false;
  const outcome = await change(
    {
      decisions: decisionsOf(invocation, session),
      dryRun: options.flag("dryRun"),
      noInstall: options.isOff("install"),
      approve: async (plan, details) => {
        shown = true;
        await introduce?.(details, plan);
        if (!session.json) await sayPlan(plan, session);
        const isYes = await confirmPlan(plan, question, invocation, session);
        if (isYes) await begin?.();
        return isYes;
      },
      ...words,
    },
    context,
  );
  const silent = session.json || shown || words.filesOnly === true;
  if (!silent) await sayPlan(outcome.plan, session, outcome.outcome === "dry-run");
  if (session.json) outJson(session, { ...outcome, exit_code: exitOf(outcome) });
  else reportChange(outcome, session);
  return words.filesOnly ? EXIT.ok : exitOf(outcome);
}

export function decisionsOf({ options }: Invocation, session: Session): Decisions {
  const onDrift = driftAnswer(options.text("onDrift"));
  const asks = session.interactive && !options.flag("yes") && !options.flag("dryRun");
  return {
    ...(onDrift === undefined ? {} : { onDrift }),
    takeOver: options.flag("takeOver"),
    ...(asks ? { ask: async (each: Change) => (await import("./ask.ts")).askAbout(each) } : {}),
  };
}

function driftAnswer(text: string | undefined): Decisions["onDrift"] {
  if (text === undefined || text === "keep" || text === "overwrite" || text === "backup") return text;
  throw new AtkError("E_USAGE", `--on-drift takes keep, overwrite or backup, not '${text}'`);
}

/** Yes by flag, or by a person at the terminal. @throws AtkError E_USAGE when nobody is there to ask */
export async function confirmPlan(
  plan: Plan,
  question: string,
  { options }: Invocation,
  session: Session,
): Promise<boolean> {
  if (options.flag("yes")) return true;
  if (session.interactive) return (await import("./ask.ts")).askYesNo(question);
  throw new AtkError("E_USAGE", "nobody is here to ask, so nothing was changed", {
    hint: `add --yes to apply without asking (${plan.manifest})`,
  });
}

export async function sayPlan(plan: Plan, session: Session, asData = false): Promise<void> {
  const { showPlan } = await import("./show-plan.ts");
  const text = await showPlan(plan, painter(asData ? session.color.stdout : session.color.stderr));
  if (asData) session.out(text);
  else session.say(text);
}

/** What was done and what was left alone, in sentences. */
export function reportChange(outcome: ChangeOutcome, session: Session): void {
  for (const { owner } of outcome.postponed ?? [])
    session.say(`${printable(owner)}: install command not run yet: atk install ${printable(owner)}`);
  if (outcome.outcome === "declined") return session.say("Declined: nothing was changed.");
  if (outcome.outcome === "nothing") for (const change of learnedSince(outcome)) session.say(leftAlone(change));
  if (outcome.outcome !== "applied") return;
  const { length } = outcome.applied;
  const done = length === 0 ? "Done." : `Done: ${length} change${length === 1 ? "" : "s"} applied and verified.`;
  session.say(`${done}${commitText(outcome)}`);
  for (const [file, place] of Object.entries(outcome.backups)) session.say(`  what was in ${file} is kept in ${place}`);
  for (const change of outcome.left) session.say(leftAlone(change));
}

/** What the plan did not know yet, such as content that could not be fetched. */
function learnedSince({ plan, left }: ChangeOutcome): readonly Change[] {
  const planned = new Map(plan.changes.map(({ address, verdict }) => [address, verdict]));
  return left.filter(({ address, verdict }) => planned.get(address) !== verdict);
}

function leftAlone({ address, problem }: Change): string {
  const next = problem?.hint === undefined ? "" : `\n      next: ${printable(problem.hint)}`;
  return `  ! ${printable(`${address} was left alone: ${problem?.message ?? "it needs your attention"}`)}${next}`;
}

/** A file of somebody else's that cannot be used is the machine disagreeing, not a fault of this run. */
function exitOfProblem(code: ErrorCode): number {
  return code === "E_FILE" ? EXIT.machineDisagrees : ERRORS[code].exit;
}

/** 0, or the code of the first entry that could not be done, or 11 for what was left alone. */
export function exitOf({ outcome, left }: Pick<ChangeOutcome, "outcome" | "left">): number {
  if (outcome === "dry-run") return EXIT.ok;
  const blocked = left.find((each) => each.verdict === "blocked");
  if (blocked?.problem !== undefined) return exitOfProblem(blocked.problem.code as ErrorCode);
  return left.length > 0 ? EXIT.machineDisagrees : EXIT.ok;
}
