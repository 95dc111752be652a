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
  const kept = (snapshot?.split(",") ?? []).flatMap((each) => noticeOf(each));
  return [...notices, ...kept];
}

function noticeOf(snapshot: string): Plan["notices"] {
  const [name, id] = snapshot.split("/");
  if (name === undefined || id === undefined) return [];
  const message = `its data comes back too, from the backup ${id}; what is there now is kept as a backup of its own`;
  return [{ owner: name, message: `${name}: ${message}`, hint: "--keep-data leaves the data as it is" }];
}
