import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { sayFault } from "../say-fault.ts";
import { openContext, outJson } from "../session.ts";
import { showBytes } from "../show-bytes.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "backup list",
  summary: "show the backups on all targets, newest first, and when one was last proven",
  args: "[name]",
  options: [{ flags: "--from <target>", summary: "only of this target or folder", isRepeatable: true }],
  details:
    "Reads the manifests of the backups only. Exit 1 when a target cannot be asked; exit 13 when a manifest is damaged.",
  async run({ args, options }, session) {
    const { listBackups } = await import("../../app/backup/list.ts");
    const context = await openContext(session);
    const { backups, problems } = await listBackups({ name: args[0], from: options.list("from") }, context);
    const damaged = problems.some(({ code }) => code === "E_DAMAGED");
    const code = damaged ? EXIT.integrity : problems.length > 0 ? EXIT.fault : EXIT.ok;
    if (session.json) outJson(session, { backups, problems, exit_code: code });
    else {
      const rows = backups.map((each) => [
        each.name,
        each.id,
        each.created.slice(0, 16).replace("T", " "),
        each.machine,
        `${each.files}`,
        showBytes(each.sizeBytes),
        `${each.targets.join(", ")}${each.encrypted ? " (encrypted)" : ""}`,
        each.reason === "asked" || each.reason === "schedule" ? "-" : each.reason,
        each.proven === undefined ? "-" : each.proven.slice(0, 10),
      ]);
      if (rows.length === 0) session.say("No backups yet: atk backup create NAME");
      else session.out(table(TITLES, rows));
      for (const problem of problems) sayFault(problem.target, problem, session);
    }
    return code;
  },
};

const TITLES = ["NAME", "ID", "CREATED", "MACHINE", "FILES", "SIZE", "IN", "WHY", "PROVEN"];
