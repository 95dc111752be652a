import { AtkError } from "../core/errors.ts";
import { isObject } from "../core/json.ts";
import type { EventLog } from "../log/event-log.ts";
import type { Context } from "./context.ts";
import { asJson, type RunEvent } from "./run-event.ts";

/** Groups of events: what was applied, what was started and stopped past a plan. */
export type RunStream = "apply" | "service" | "command";

/**
 * One line in the machine's log: what was done to what. Addresses and verdicts only, so that no secret can get there.
 * By now everything is done; that it could not be written down is said, and undoes nothing.
 */
export async function recordApplied(event: RunEvent, context: Context, stream: RunStream = "apply"): Promise<void> {
  const log = await openLog(context);
  const type = stream === "apply" ? "applied" : "done";
  await log.append([{ stream, type, data: asJson(event) }]).catch((error: unknown) => {
    if (!(error instanceof AtkError)) throw error;
    const { message, hint } = error;
    const warning = `everything is done, but not in the log: ${message}`;
    context.tell({ type: "warning", message: warning, ...(hint === undefined ? {} : { hint }) });
  });
}

/** The same for a run that was stopped before it could write it: only when it did not come so far. */
export async function recordOnce(event: RunEvent, context: Context): Promise<void> {
  const events = await (await openLog(context)).read("apply");
  const isThere = events.some(({ data }) => isObject(data) && data["tx"] === event.tx);
  if (!isThere) await recordApplied(event, context);
}

export async function openLog({ host, workspace }: Context): Promise<EventLog> {
  const { openEventLog } = await import("../log/event-log.ts");
  return openEventLog({ files: host.files, directory: workspace.stateDirectory, now: () => host.now() });
}
