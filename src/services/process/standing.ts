import { statSync } from "node:fs";
import { lifeOf, processTable, type ProcessIdentity } from "../../host/process-identity.ts";
import { recordPath, type ServiceRecord } from "./record.ts";

/** Which of the two processes of a record run now; "elsewhere": it cannot be told from here, and they may. */
export type Standing =
  | { readonly where: "here"; readonly supervised: boolean; readonly running: boolean }
  | { readonly where: "elsewhere" };

const NOBODY: Standing = { where: "here", supervised: false, running: false };
/** Three beats of a supervisor, see `Rules.beatMs`. */
const SILENT_MS = 180_000;

/** Costs some reads of /proc, no process is started (but where there is no /proc: `ps`). */
export function standingOf(record: ServiceRecord | undefined, runDirectory: string): Standing {
  if (record === undefined) return NOBODY;
  const { supervisor, service } = record;
  if (supervisor.table !== processTable()) return standingOfForeign(supervisor, runDirectory);
  return {
    where: "here",
    supervised: lifeOf(supervisor) === "alive",
    running: service !== undefined && lifeOf(service) === "alive",
  };
}

/**
 * The state folder is one machine's, so another boot is an earlier one and nothing of it is left. In the same boot it is another
 * container, which may live.
 */
function standingOfForeign({ table }: ProcessIdentity, runDirectory: string): Standing {
  const [boot] = table.split(" ");
  if (boot !== processTable().split(" ")[0]) return NOBODY;
  const writtenMs = statSync(recordPath(runDirectory), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - writtenMs < SILENT_MS ? { where: "elsewhere" } : NOBODY;
}

/** Whether the record is of before the last start of the machine. */
export function isOfEarlierBoot({ supervisor }: ServiceRecord): boolean {
  return supervisor.table.split(" ")[0] !== processTable().split(" ")[0];
}
