import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { openContext, outJson } from "../session.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "outdated",
  summary: "show which plugins have a newer version",
  args: "[names...]",
  options: [{ flags: "--check", summary: "exit with 10 when one of them can be upgraded" }],
  details: "Asks every source. Changes nothing; atk upgrade does.",
  async run({ args, options }, session) {
    const { findOutdated } = await import("../../app/upgrade/outdated.ts");
    const context = await openContext(session);
    const plugins = await context.step("Ask the sources", () => findOutdated(args, context));
    if (session.json) outJson(session, { plugins });
    else if (plugins.length === 0) session.say("There are no plugins that are enabled.");
    else
      session.out(
        table(
          ["NAME", "LOCKED", "ALLOWED", "LATEST", "STATE", "SOURCE"],
          plugins.map(({ name, locked, allowed, latest, state, source }) => [
            name,
            locked ?? "-",
            allowed ?? "-",
            latest ?? "-",
            state,
            source,
          ]),
        ),
      );
    for (const { name, problem } of plugins) if (problem !== undefined) session.say(`! ${name}: ${problem.message}`);
    const isOutdated = plugins.some(({ state }) => state === "outdated");
    return options.flag("check") && isOutdated ? EXIT.changesPending : EXIT.ok;
  },
};
