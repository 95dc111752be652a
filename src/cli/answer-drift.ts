import type { Context } from "../app/context.ts";
import type { Answer } from "../app/drift/promote.ts";
import type { Invocation } from "./command.ts";
import { confirmPlan, runChange } from "./change-command.ts";
import { printable } from "./paint.ts";
import type { Session } from "./session.ts";

/** Says what should be known, then shows, asks and does it as every other change. */
export async function answerDrift(
  { words, notes }: Answer,
  question: string,
  { invocation, session, context }: { invocation: Invocation; session: Session; context: Context },
): Promise<number> {
  for (const note of notes) session.say(`! ${printable(note)}`);
  const approve = words.filesOnly
    ? { approve: (plan: Parameters<typeof confirmPlan>[0]) => confirmPlan(plan, question, invocation, session) }
    : {};
  return runChange({ ...words, ...approve }, invocation, session, context, { question });
}
