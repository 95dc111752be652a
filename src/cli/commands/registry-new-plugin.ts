import { resolve } from "node:path";
import type { Command } from "../command.ts";
import { outJson } from "../session.ts";

export const command: Command = {
  name: "registry new-plugin",
  summary: "begin a plugin in a registry folder, from the template",
  args: "<name>",
  options: [{ flags: "--dir <directory>", summary: "folder of the registry (default: where you are)" }],
  details:
    "Makes plugins/NAME with plugin.yaml, README.md and SKILL.md, and writes the index; it passes atk registry validate at once.",
  async run({ args, options }, session) {
    const { makePlugin } = await import("../../app/registries/new-plugin.ts");
    const registry = resolve(session.host.machine.workingDirectory, options.text("dir") ?? ".");
    const directory = await makePlugin(args[0] ?? "", registry, session.host);
    if (session.json) outJson(session, { directory });
    else {
      session.say(`Made ${directory}: say in its files what it is, then:`);
      session.say(`  atk registry index ${registry}\n  atk registry validate ${registry}`);
    }
    return 0;
  },
};
