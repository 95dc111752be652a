import { DRY_RUN, YES, type Command } from "../command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "drift promote",
  summary: "take what others have edited into the manifest",
  args: "<ids...>",
  options: [YES, DRY_RUN],
  details:
    "A changed entry becomes the declared one, a new one a declaration, a removed one leaves the agents or the manifest.\nOther agents of the entry get it too. Secrets in clear are never written: the command that keeps them is named.",
  async run(invocation, session) {
    const { preparePromotion } = await import("../../app/drift/promote.ts");
    const { answerDrift } = await import("../answer-drift.ts");
    const context = await openContext(session);
    const answer = await preparePromotion(invocation.args, context);
    return answerDrift(answer, "Take this into the manifest?", { invocation, session, context });
  },
};
