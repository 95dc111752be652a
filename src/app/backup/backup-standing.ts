import { periodOf } from "../../backup/schedule-period.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { hasLeftovers } from "./finish-leftovers.ts";
import { isOn } from "./jobs.ts";
import { mayHaveBackups } from "./may-have-backups.ts";
import { readRecords } from "./records.ts";

/** How one entry of `backups:` stands on this machine, by what it remembers; no target is asked. */
export interface BackupStanding {
  readonly name: string;
  readonly schedule?: string;
  /** ISO 8601; absent: none was made here. */
  readonly last?: string;
  /** There is a schedule, and two of its periods have passed. */
  readonly overdue: boolean;
  /** When a drill has restored one last, and which. */
  readonly proven?: { readonly id: string; readonly at: string };
  /** Why the newest attempt failed. */
  readonly failed?: string;
}

export interface BackupsStanding {
  readonly backups: readonly BackupStanding[];
  /** A backup or a restore was stopped half way; the next one finishes it. */
  readonly interrupted: boolean;
}

/** Undefined where there can be nothing to say; see `mayHaveBackups`. */
export async function backupsStanding(context: Context): Promise<BackupsStanding | undefined> {
  if (!(await mayHaveBackups(context))) return undefined;
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
