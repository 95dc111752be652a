import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { painter } from "../paint.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "drift",
  summary: "list what others have edited where atk keeps entries, with the three answers to each",
  args: "[names...]",
  options: [{ flags: "--all", summary: "also what is ignored, and entries that were there before atk" }],
  details:
    "Names are entries of the manifest, or ids from the list. Writes nothing.\nExit 10 when there is an edit to answer, 0 when there is none, 11 when a file could not be read.",
  async run({ args, options }, session) {
    const { listDrift } = await import("../../app/drift/list-drift.ts");
    const context = await openContext(session);
    const report = await listDrift(args, context);
    const open = report.edits.filter(({ standing }) => standing !== "ignored");
    if (session.json) outJson(session, { ...report, open: open.length });
    else {
      const { showDrift } = await import("../show-drift.ts");
      session.out(showDrift(report, { all: options.flag("all"), paint: painter(session.color.stdout) }));
    }
    if (open.length > 0) return EXIT.changesPending;
    return report.unread.length > 0 ? EXIT.machineDisagrees : EXIT.ok;
  },
};
