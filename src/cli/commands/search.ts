import type { Command } from "../command.ts";
import { table } from "../table.ts";
import { outJson } from "../session.ts";

export const command: Command = {
  name: "search",
  summary: "search the registry by name, description or tag (offline)",
  args: "[query]",
  async run({ args }, session) {
    const { searchRegistry } = await import("../../app/search-registry.ts");
    const query = args[0] ?? "";
    const found = await searchRegistry(query, session.host);
    if (session.json) outJson(session, found);
    else if (found.length === 0) session.out(`No plugins match '${query}'.`);
    else {
      session.out(
        table(
          ["NAME", "VERSION", "DESCRIPTION"],
          found.map((each) => [each.name, each.version ?? "-", each.description]),
        ),
      );
      session.say("Install with: atk add <name>");
    }
    return 0;
  },
};
