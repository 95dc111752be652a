import type { Context } from "../context.ts";
import type { SyncOutcome } from "./sync-request.ts";

/**
 * The one place for what follows a sync that changed, or could have changed, this machine: e.g. telling the other machines what this
 * one has. What fails here never fails the sync.
 */
export async function afterSync(_outcome: SyncOutcome, _context: Context): Promise<void> {
  // AFTER-SYNC: publishMachine(context) of app/machines/publish.ts belongs here.
}
