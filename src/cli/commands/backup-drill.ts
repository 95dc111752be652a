import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { sayFault } from "../say-fault.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "backup drill",
  summary: "restore the newest backup into a scratch folder, compare everything, and remember when it was proven",
  args: "[name]",
  details:
    "Without a name: each of the manifest's. Nothing of yours is touched. Exit 13 when one does not come back as it was kept.",
  async run({ args }, session) {
    const { drillBackups } = await import("../../app/backup/drill.ts");
    const context = await openContext(session);
    const drills = await drillBackups(args[0], context);
    const codes = drills.flatMap(({ problem }) => problem?.code ?? []);
    const code = codes.includes("E_DAMAGED") ? EXIT.integrity : codes.length > 0 ? EXIT.fault : EXIT.ok;
    if (session.json) outJson(session, { drills, exit_code: code });
    else
      for (const { name, id, target, files = 0, problem } of drills) {
        if (problem !== undefined) sayFault(name, problem, session);
        else session.out(`${name}: ${id} in ${target} comes back whole, ${files} file${files === 1 ? "" : "s"}`);
      }
    return code;
  },
};
