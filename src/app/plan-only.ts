import type { Plan } from "../core/plan.ts";
import type { Context } from "./context.ts";
import type { Selection } from "./make-plan.ts";
import { settled } from "./settled.ts";

export interface PlanRequest {
  readonly selection: Selection;
  readonly frozen: boolean;
  /** For showing: what is up to date may be left out of `changes`. */
  readonly brief?: boolean;
}

/** The plan, and nothing else: writes nothing, starts nothing, takes no lock. @throws AtkError E_PLUGIN_NOT_FOUND for unknown names. */
export async function planOnly(request: PlanRequest, context: Context): Promise<Plan> {
  const whole = request.selection.names.length === 0 && !request.frozen;
  return (
    (whole ? await settled(request.brief ? "shown" : "plan", context) : undefined) ??
    (await import("./plan-anew.ts")).planAnew(request, context)
  );
}
