import type { Plan } from "../../core/plan.ts";
import type { RunRecord } from "./run-record.ts";
import type { Run } from "./runs.ts";

/** What undoing cannot put back, said before anybody says yes. */
export function inverseNotices({ snapshot }: Run, { tasks }: RunRecord): Plan["notices"] {
  const installs = tasks.filter(({ noun, after }) => noun === "install" && after !== null && after.undo === undefined);
  const notices = installs.map(({ owner }) => ({
    owner,
    message: `${owner}: its install command was run and it has no uninstall command: what it did stays`,
  }));
  if (snapshot === undefined) return notices;
  const message = `the data as it was before is in the backup ${snapshot}; undo does not touch data`;
  return [...notices, { message, hint: `atk backup restore ${snapshot}` }];
}
