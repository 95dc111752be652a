import { EXIT } from "../../core/error-codes.ts";
import { DRY_RUN, type Command } from "../command.ts";
import { sayFault } from "../say-fault.ts";
import { openContext, outJson } from "../session.ts";
import { showBytes } from "../show-bytes.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "backup prune",
  summary: "remove the backups that keep: of the manifest does not want any more",
  options: [DRY_RUN],
  details:
    "atk backup create does it for what it has made. Only backups of this machine; none is removed before one that stays was read and found\ngood. What was made by a clock in the future, and the newest before an upgrade and before a restore, always stay.",
  async run({ options }, session) {
    const { pruneBackups } = await import("../../app/backup/prune.ts");
    const context = await openContext(session);
    const dryRun = options.flag("dryRun");
    const { removed, kept, problems } = await pruneBackups({ dryRun }, context);
    const code = problems.length === 0 ? EXIT.ok : EXIT.fault;
    if (session.json) outJson(session, { removed, kept, problems, dryRun, exit_code: code });
    else {
      const rows = removed.map((each) => [each.name, each.id, each.target, showBytes(each.sizeBytes)]);
      if (rows.length > 0) session.out(table(["NAME", "ID", "IN", "SIZE"], rows));
      session.out(`${dryRun ? "Would remove" : "Removed"} ${removed.length}, kept ${kept}.`);
      for (const problem of problems) sayFault(problem.target, problem, session);
    }
    return code;
  },
};
