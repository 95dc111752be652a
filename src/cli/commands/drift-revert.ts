import { DRY_RUN, YES, type Command } from "../command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "drift revert",
  summary: "put back what atk keeps there; a copy of what is there is kept",
  args: "<ids...>",
  options: [
    YES,
    DRY_RUN,
    {
      flags: "--remove",
      summary: "also take away named entries that the manifest does not know (a copy of the file is kept)",
    },
  ],
  async run(invocation, session) {
    const { prepareRevert } = await import("../../app/drift/revert.ts");
    const { answerDrift } = await import("../answer-drift.ts");
    const context = await openContext(session);
    const answer = await prepareRevert(invocation.args, { remove: invocation.options.flag("remove") }, context);
    return answerDrift(answer, "Put this back?", { invocation, session, context });
  },
};
