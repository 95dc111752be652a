import type { MachineChanged } from "../../app/secret-machines.ts";
import { YES, type Command } from "../command.ts";
import { confirm } from "../confirm.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "secret remove-machine",
  summary: "take access to the secrets from a machine",
  args: "<machine>",
  options: [YES],
  details:
    "Encrypts every secret anew for the rest. What that machine could open it may have kept, and git's history keeps it readable for it: lists every secret that needs a new value now.",
  async run(invocation, session) {
    const { listMachines, removeMachine } = await import("../../app/secret-machines.ts");
    const { sayCommitted } = await import("../show-secret.ts");
    const [machine = ""] = invocation.args;
    const context = await openHome(session);
    const { recipients } = await listMachines(context);
    const isThis = recipients.some((each) => each.isThis && each.name === machine);
    const question = `Take access from ${machine}${isThis ? ", which is this machine" : ""}? Every secret then needs a new value.`;
    if (!(await confirm(question, `atk secret remove-machine ${machine} --yes`, invocation, session))) {
      session.say("Declined: nothing was changed.");
      return 0;
    }
    const done = await removeMachine(machine, context);
    if (session.json) outJson(session, done);
    else {
      session.say(show(done));
      if (isThis) session.say(LOCKED_OUT);
      sayCommitted(done.committed, session);
    }
    return 0;
  },
};

const LOCKED_OUT =
  "This is the machine you are on: it cannot open the secrets any more. To ask for access again: atk secret request";

function show({ machine, machines, secrets }: MachineChanged): string {
  const head = `${machine} has no access any more; the secrets are encrypted for: ${machines.join(", ")}`;
  if (secrets.length === 0) return head;
  return [
    head,
    `It knew these, and older commits keep them readable for it. Give each a new value now:`,
    ...secrets.map((name) => `  atk secret rotate ${name}`),
  ].join("\n");
}
