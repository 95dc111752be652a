import { AtkError } from "../../core/errors.ts";
import type { Command } from "../command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "logs",
  summary: "print what a service has written, secrets hidden",
  args: "<plugin>",
  options: [
    { flags: "-f, --follow", summary: "go on until Ctrl-C, or until the service ends" },
    { flags: "-n, --lines <count>", summary: "the last lines only" },
  ],
  async run({ args, options }, session) {
    const { serviceLogs } = await import("../../app/service-logs.ts");
    const context = await openContext(session);
    const [plugin = ""] = args;
    const lines = linesOf(options.text("lines"));
    const follow = options.flag("follow");
    await serviceLogs(
      plugin,
      {
        follow,
        ...(lines === undefined ? {} : { lines }),
        ...(follow ? { signal: session.interruption() } : {}),
        write: (text) => session.outBare(text),
      },
      context,
    );
    return 0;
  },
};

function linesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const lines = Number(text);
  if (Number.isInteger(lines) && lines >= 0) return lines;
  throw new AtkError("E_USAGE", `--lines takes a whole number, not '${text}'`);
}
