import { AtkError } from "../core/errors.ts";
import type { ErrorCode } from "../core/error-codes.ts";
import type { PlanWork } from "./make-plan.ts";
import { setupHint } from "./setup/setup-hint.ts";

/**
 * An entry of which nothing can be done is refused as a whole, before anything is written.
 * One client that cannot be written stops nothing for the others.
 * @throws AtkError with the code of the first problem.
 */
export function refuseBlocked({ plan }: PlanWork): void {
  const owners = new Set(plan.changes.map((change) => change.owner));
  for (const owner of owners) {
    const own = plan.changes.filter((change) => change.owner === owner && change.verdict !== "noop");
    const first = own.find((change) => change.verdict === "blocked")?.problem;
    const whole = own.some((change) => change.address === `plugin.${owner}` && change.verdict === "blocked");
    if (first === undefined || !(whole || own.every((change) => change.verdict === "blocked"))) continue;
    // What is not in the manifest yet cannot be set up yet.
    const hint = first.hint === setupHint(owner) ? "atk add ... --env-file FILE" : first.hint;
    throw new AtkError(first.code as ErrorCode, `${owner}: ${first.message}`, { at: first.at, hint });
  }
}
