import type { ChangeOutcome } from "../app/change.ts";
import type { Context } from "../app/context.ts";
import { isPending } from "../core/plan.ts";
import { confirmPlan, decisionsOf, sayPlan } from "./change-command.ts";
import type { Invocation } from "./command.ts";
import type { Session } from "./session.ts";

/**
 * Writes what the context puts into .env files, and what follows from it elsewhere. The values were given in so many words, so only
 * what follows is asked about; who says no there keeps the values.
 */
export async function changeEnvironment(
  names: readonly string[],
  invocation: Invocation,
  session: Session,
  context: Context,
): Promise<ChangeOutcome> {
  const { change } = await import("../app/change.ts");
  const [only] = names.length === 1 ? names : [];
  const common = {
    selection: { names },
    message: only === undefined ? "Set up plugins" : `Set up plugin '${only}'`,
    decisions: decisionsOf(invocation, session),
  };
  const outcome = await change(
    {
      ...common,
      dryRun: invocation.options.flag("dryRun"),
      approve: async (plan) => {
        if (!plan.changes.some(isPending)) return true;
        if (!session.json) await sayPlan(plan, session);
        return confirmPlan(plan, "Apply this plan?", invocation, session);
      },
    },
    context,
  );
  if (outcome.outcome !== "declined") return outcome;
  const kept = await change({ ...common, filesOnly: true, approve: async () => true }, context);
  session.say(`The values are kept; nothing else was changed. Later: atk apply ${names.join(" ")}`);
  return kept;
}
