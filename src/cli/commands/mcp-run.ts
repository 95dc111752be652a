import type { Command } from "../command.ts";

export const command: Command = {
  name: "mcp run",
  summary: "start a server with its secrets (what client entries call)",
  args: "<server>",
  details:
    "Looks the plugin's variables up now, passes them in the environment, and hands over stdin and stdout. A server that is reached by URL is spoken to in the client's place, with its headers.",
  async run({ args }, session) {
    const { runServer } = await import("../../app/run-server.ts");
    return runServer(args[0] ?? "", session);
  },
};
