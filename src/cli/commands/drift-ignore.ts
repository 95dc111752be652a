import { DRY_RUN, YES, type Command } from "../command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "drift ignore",
  summary: "leave an edit alone on this machine, for a reason and until a day",
  args: "<ids...>",
  options: [
    { flags: "--reason <text>", summary: "why it is left alone; plan and status say it" },
    { flags: "--until <day>", summary: "the last day, 2026-12-21, or a number of days, 30d (without: 30d)" },
    YES,
    DRY_RUN,
  ],
  details:
    "It stands in the manifest, with the name of this machine, so that others see it.\nAfter the last day, or when the entry changes again, it is listed again.",
  async run(invocation, session) {
    const { prepareIgnore, STANDARD_DAYS } = await import("../../app/drift/ignore.ts");
    const { answerDrift } = await import("../answer-drift.ts");
    const { options, args } = invocation;
    const context = await openContext(session);
    const request = { ids: args, reason: options.text("reason"), until: options.text("until") };
    const answer = await prepareIgnore(request, context);
    const why = answer.isStandard ? ` (${STANDARD_DAYS} days, because no day was given: --until DAY)` : "";
    session.say(`Left alone until ${answer.until}${why}: ${args.join(", ")}`);
    return answerDrift(answer, "Write this into the manifest?", { invocation, session, context });
  },
};
