import { AtkError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Context } from "./context.ts";
import type { Task } from "./next-state.ts";

/**
 * One line in the machine's log: what was done to what. Addresses and verdicts only, so that no secret can get there.
 * By now everything is done; that it could not be written down is said, and undoes nothing.
 */
export async function recordApplied(
  label: string,
  tasks: readonly Task[],
  commit: string | undefined,
  context: Context,
  more: JsonObject = {},
): Promise<void> {
  const { openEventLog } = await import("../log/event-log.ts");
  const { host, workspace } = context;
  const changes = tasks.map(({ item, resolution }) => ({
    address: item.change.address,
    verdict: item.change.verdict,
    ...(resolution === undefined ? {} : { resolution }),
  }));
  const log = openEventLog({ files: host.files, directory: workspace.stateDirectory, now: () => host.now() });
  const data = { label, changes, ...(commit === undefined ? {} : { commit }), ...more };
  await log.append([{ stream: "apply", type: "applied", data }]).catch((error: unknown) => {
    if (!(error instanceof AtkError)) throw error;
    const { message, hint } = error;
    const warning = `everything is done, but not in the log: ${message}`;
    context.tell({ type: "warning", message: warning, ...(hint === undefined ? {} : { hint }) });
  });
}
