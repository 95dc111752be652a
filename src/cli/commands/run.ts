import type { Command } from "../command.ts";

export const command: Command = {
  name: "run",
  summary: "run a script of a plugin, with its variables",
  args: "<plugin> <script> [args...]",
  passThrough: true,
  details:
    "Looks for custom/SCRIPT, custom/SCRIPT.sh, SCRIPT and SCRIPT.sh in the plugin, never outside of it. Arguments, stdin and the exit code are passed on.",
  async run({ args }, session) {
    const { runScript } = await import("../../app/run-script.ts");
    const { openContext } = await import("../session.ts");
    const [plugin = "", script = "", ...rest] = args;
    return runScript({ plugin, script, args: rest }, await openContext(session));
  },
};
