import { periodOf } from "../../backup/schedule-period.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import type { BackupsStanding, BackupStanding } from "./backup-standing.ts";
import { hasLeftovers } from "./finish-leftovers.ts";
import { isOn } from "./jobs.ts";
import { readRecords } from "./records.ts";

/** See `backupsStanding`. */
export async function readStanding(context: Context): Promise<BackupsStanding> {
  const interrupted = await hasLeftovers(context);
  const [{ manifest }, records] = await Promise.all([readInputs(context), readRecords(context)]);
  const now = context.host.now().getTime();
  const backups = manifest.backups
    .filter((entry) => isOn(entry))
    .map(({ name, schedule }): BackupStanding => {
      const { last, proven, failed } = records[name] ?? {};
      const age = last === undefined ? Infinity : now - Date.parse(last.at);
      return {
        name,
        ...(schedule === undefined ? {} : { schedule }),
        ...(last === undefined ? {} : { last: last.at }),
        overdue: schedule !== undefined && age > 2 * periodOf(schedule),
        ...(proven === undefined ? {} : { proven: { id: proven.id, at: proven.at } }),
        ...(failed === undefined ? {} : { failed: failed.message }),
      };
    });
  return { backups, interrupted };
}
