import type { Command } from "../command.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "mcp",
  summary: "print a plugin's MCP entry for copy and paste",
  args: "[name]",
  options: [{ flags: "--client <id>", summary: "in this client's own spelling and file format" }],
  details: "Secrets are never printed: an entry that needs one starts the server through atk mcp run.",
  async run({ args, options }, session) {
    const { AtkError } = await import("../../core/errors.ts");
    const [name] = args;
    if (name === undefined)
      throw new AtkError("E_USAGE", "which plugin or server?", { hint: "atk mcp NAME, or atk mcp --help" });
    const { printEntries } = await import("../../app/print-entries.ts");
    const context = await openContext(session);
    const printed = await printEntries({ name, client: options.text("client") }, context);
    if (session.json) outJson(session, printed.data);
    else session.out(printed.text);
    for (const warning of printed.warnings) session.say(`! ${warning}`);
    return 0;
  },
};
