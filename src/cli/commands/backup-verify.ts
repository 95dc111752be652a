import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { sayFault } from "../say-fault.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "backup verify",
  summary: "read backups again from their targets and compare the digest of every file",
  args: "[name-or-id]",
  options: [
    { flags: "--all", summary: "every backup on every target" },
    { flags: "--from <target>", summary: "only on this target or folder", isRepeatable: true },
  ],
  details: "Exit 13 when one is damaged; exit 1 when a target cannot be asked.",
  async run({ args, options }, session) {
    const { verifyBackups } = await import("../../app/backup/verify.ts");
    const context = await openContext(session);
    const choice = { word: args[0], all: options.flag("all"), from: options.list("from") };
    const { backups, problems } = await verifyBackups(choice, context);
    const faults = [...backups.flatMap(({ problem }) => problem ?? []), ...problems];
    const damaged = faults.some(({ code }) => code === "E_DAMAGED");
    const code = damaged ? EXIT.integrity : faults.length > 0 ? EXIT.fault : EXIT.ok;
    if (session.json) outJson(session, { backups, problems, exit_code: code });
    else {
      for (const { name, id, target, files, problem } of backups) {
        if (problem === undefined)
          session.out(`${name} ${id} in ${target}: good, ${files} file${files === 1 ? "" : "s"}`);
        else sayFault(`${name} ${id}`, problem, session);
      }
      for (const problem of problems) sayFault(problem.target, problem, session);
      if (backups.length + problems.length === 0) session.say("No backups yet: atk backup create NAME");
    }
    return code;
  },
};
