import type { Plan } from "../core/plan.ts";
import type { Context } from "./context.ts";
import { desire } from "./desire.ts";
import { readInputs } from "./inputs.ts";
import { makePlan } from "./make-plan.ts";
import { refusePortConflicts } from "./assigned-ports.ts";
import { refuseUnknownNames } from "./names.ts";
import type { PlanRequest } from "./plan-only.ts";
import { readState } from "./state-store.ts";

/** The plan from what the machine says now. @throws AtkError E_PLUGIN_NOT_FOUND for unknown names. */
export async function planAnew({ selection, frozen }: PlanRequest, context: Context): Promise<Plan> {
  const inputs = await readInputs(context);
  const options = { readOnly: true, ...(frozen ? { frozen: true } : {}) };
  const [wish, state] = await Promise.all([
    desire(inputs, options, context),
    readState(context.host.files, context.workspace),
  ]);
  await refusePortConflicts(wish);
  refuseUnknownNames(selection.names, inputs.manifest, state);
  return (await makePlan(wish.desired, state, context, selection)).plan;
}
