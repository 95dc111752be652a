import type { Command } from "../command.ts";
import { table } from "../table.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "list",
  summary: "list the entries of the manifest",
  async run(_invocation, session) {
    const { listEntries } = await import("../../app/list-entries.ts");
    const context = await openContext(session);
    const entries = await listEntries(context);
    if (session.json) outJson(session, entries);
    else if (entries.length === 0) session.out("Nothing in the manifest yet.");
    else
      session.out(
        table(
          ["NAME", "KIND", "VERSION", "AGENTS", "SOURCE"],
          entries.map((each) => [
            each.name,
            each.kind,
            each.version ?? "-",
            each.enabled ? each.agents.join(", ") || "-" : "(disabled)",
            each.source,
          ]),
        ),
      );
    return 0;
  },
};
