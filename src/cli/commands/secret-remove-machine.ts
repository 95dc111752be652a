import { AtkError } from "../../core/errors.ts";
import { YES, type Command } from "../command.ts";
import { commitText } from "../commit-text.ts";
import { outJson, openContext, type Session } from "../session.ts";

export const command: Command = {
  name: "secret remove-machine",
  summary: "take the secrets from a machine, and say what has to be rotated",
  args: "<machine>",
  options: [YES],
  details:
    "What the machine could read it may have kept, and the history of the repository stays readable for it: the values have to be changed where they are used.",
  async run({ args, options }, session) {
    const [name = ""] = args;
    const { removeMachine } = await import("../../app/secret-machines.ts");
    const context = await openContext({ ...session, global: true });
    if (!options.flag("yes")) await confirm(`Take the secrets from ${name}?`, session);
    const done = await removeMachine(name, context);
    if (session.json) outJson(session, done);
    else {
      session.say(`${name} can read nothing that is set from now on.${commitText(done)}`);
      if (done.secrets.length > 0)
        session.say(`it has known ${done.secrets.join(", ")}\nnext: new values, by atk secret rotate NAME`);
    }
    return 0;
  },
};

async function confirm(question: string, session: Session): Promise<void> {
  const hint = "add --yes to do it without asking";
  if (!session.interactive) throw new AtkError("E_USAGE", "nobody is here to ask, so nothing was changed", { hint });
  const { askYesNo } = await import("../ask.ts");
  if (!(await askYesNo(question))) throw new AtkError("E_INTERRUPTED", "declined: nothing was changed");
}
