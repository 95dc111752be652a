import { AtkError } from "../core/errors.ts";
import type { Context } from "./context.ts";
import type { ServiceResult, ServiceVerb } from "./control-services.ts";
import { withHomeLock } from "./open-work.ts";
import { recordApplied } from "./record-applied.ts";
import { originOf } from "./run-event.ts";

const DONE: ReadonlySet<ServiceResult["outcome"]> = new Set(["started", "stopped", "restarted"]);
const LABELS = { start: "Start", stop: "Stop", restart: "Restart" } as const;

/** A line in the log of what was started and stopped past any plan. What is done is done, also when it cannot be written down. */
export async function recordControl(
  verb: ServiceVerb,
  results: readonly ServiceResult[],
  context: Context,
): Promise<void> {
  const done = results.filter(({ outcome }) => DONE.has(outcome));
  if (done.length === 0) return;
  const label = `${LABELS[verb]} ${done.map(({ name }) => `'${name}'`).join(", ")}`;
  const changes = done.map(({ name, outcome }) => ({ address: `service.${name}`, verdict: outcome }));
  const event = { label, ...originOf(context), changes };
  await withHomeLock(context, label, () => recordApplied(event, context, "service")).catch((error: unknown) => {
    if (!(error instanceof AtkError)) throw error;
    context.tell({ type: "warning", message: `everything is done, but not in the log: ${error.message}` });
  });
}
