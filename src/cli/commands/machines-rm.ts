import { EXIT } from "../../core/error-codes.ts";
import { YES, type Command } from "../command.ts";
import { confirm } from "../confirm.ts";
import { printable } from "../paint.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "machines rm",
  summary: "forget what a machine has told, when it is gone or its name is to be free",
  args: "<name>",
  options: [YES],
  details: "Nothing on that machine changes. When it still works it tells the others again with its next sync.",
  async run(invocation, session) {
    const [name = ""] = invocation.args;
    const { forgetMachine } = await import("../../app/machines/forget-machine.ts");
    const context = await openHome(session);
    const question = `Forget what the machine ${printable(name)} has told?`;
    if (!(await confirm(question, `atk machines rm ${printable(name)} --yes`, invocation, session))) {
      session.say("Declined: nothing was changed.");
      return EXIT.ok;
    }
    await forgetMachine(name, context);
    if (session.json) outJson(session, { forgotten: name });
    else session.say(`Forgotten: ${printable(name)}.`);
    return EXIT.ok;
  },
};
