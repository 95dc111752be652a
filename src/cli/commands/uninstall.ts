import { AtkError } from "../../core/errors.ts";
import { YES, type Command } from "../command.ts";
import { printable } from "../paint.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "uninstall",
  summary: "run the uninstall command of a plugin; its files and its entry stay",
  args: "<plugin>",
  options: [YES],
  details: "Its service is stopped first. From then on its install command counts as not run. Exit 6 when it fails.",
  async run({ args, options }, session) {
    const { uninstallPlugin } = await import("../../app/uninstall-plugin.ts");
    const context = await openContext(session);
    const [name = ""] = args;
    const approve = async (line: string): Promise<boolean> => {
      if (options.flag("yes")) return true;
      if (session.interactive)
        return (await import("../ask.ts")).askYesNo(`Run ${JSON.stringify(printable(line))} of ${name}?`);
      throw new AtkError("E_USAGE", "nobody is here to ask, so nothing was done", { hint: "add --yes" });
    };
    const result = await uninstallPlugin(name, approve, context);
    if (session.json) outJson(session, result);
    else session.say(`${result.name}${WORDS[result.outcome]}`);
    return 0;
  },
};

const WORDS = {
  uninstalled: " is uninstalled; atk install runs its install command again.",
  undefined: " has no uninstall command.",
  declined: ": declined, nothing was done.",
} as const;
