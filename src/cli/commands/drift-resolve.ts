import { EXIT } from "../../core/error-codes.ts";
import { AtkError } from "../../core/errors.ts";
import type { Command } from "../command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "drift resolve",
  summary: "go through the foreign edits one by one, on a terminal",
  args: "[names...]",
  details:
    "Each answer is a change of its own, shown and asked about before it is done. What is skipped stays in the list.",
  async run(invocation, session) {
    if (!session.interactive)
      throw new AtkError("E_USAGE", "nobody is here to ask", {
        hint: "atk drift lists the commands that answer an edit",
      });
    const { resolveOneByOne } = await import("../resolve-drift.ts");
    const context = await openContext(session);
    const left = await resolveOneByOne(invocation, session, context);
    return left === 0 ? EXIT.ok : EXIT.changesPending;
  },
};
