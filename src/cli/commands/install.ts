import { DRY_RUN, type Command } from "../command.ts";
import { runChange } from "../change-command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "install",
  summary: "run install commands that were not run yet",
  args: "[plugins...]",
  options: [
    { flags: "--all", summary: "every plugin that has an install command" },
    { flags: "--force", summary: "also those that were run already" },
    DRY_RUN,
  ],
  details:
    "An install command is run once for each content: again only when the plugin's files, its overrides or its variables have changed.\nExit 8 when a required variable is not set.",
  async run({ args, options }, session) {
    const { findInstallable } = await import("../../app/install-plugins.ts");
    const context = await openContext(session);
    const { names, without } = await findInstallable({ names: args, all: options.flag("all") }, context);
    if (!options.flag("all")) for (const name of without) session.say(`${name} has no install command.`);
    if (names.length === 0 && options.flag("all")) session.say("No plugin has an install command.");
    // Named here by name: no selection at all would mean everything.
    const selection = {
      names: names.length === 0 ? without : names,
      only: "install",
      again: options.flag("force"),
    } as const;
    if (selection.names.length === 0) return 0;
    const message = `Install ${names.map((name) => `'${name}'`).join(", ")}`;
    const words = { selection, message, allOrNothing: true, approve: async () => true };
    return runChange(words, { args, options }, session, context);
  },
};
