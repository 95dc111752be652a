import { YES, type Command } from "../command.ts";
import { confirm } from "../confirm.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "secret approve",
  summary: "give a machine that asked access to all secrets",
  args: "<machine>",
  options: [
    { flags: "--key <key>", summary: "the key that atk secret request showed there; another one is refused" },
    YES,
  ],
  details:
    "Encrypts every secret anew, for that machine as well. Whoever can push to the home can write a request: compare the key with what the other machine shows, or give it with --key. Asks without --key and --yes.",
  async run(invocation, session) {
    const { approveMachine, listMachines } = await import("../../app/secret-machines.ts");
    const { countOf, sayCommitted } = await import("../show-secret.ts");
    const [machine = ""] = invocation.args;
    const context = await openHome(session);
    let key = invocation.options.text("key");
    const asking = (await listMachines(context)).requests.find(({ name }) => name === machine);
    if (key === undefined && asking !== undefined) {
      // What is approved is what was shown, whatever is pulled meanwhile.
      key = asking.key;
      const question = `Give ${machine} access to all secrets? It must show this key: ${key}`;
      if (!(await confirm(question, `atk secret approve ${machine} --key ${key}`, invocation, session))) {
        session.say("Declined: nothing was changed.");
        return 0;
      }
    }
    const done = await approveMachine({ machine, key }, context);
    if (session.json) outJson(session, done);
    else {
      const secrets = countOf(done.secrets.length, "secret");
      session.say(`${machine} has access. ${secrets} encrypted anew for: ${done.machines.join(", ")}`);
      sayCommitted(done.committed, session);
      if (done.committed?.pushed !== "pushed") session.say(`Next: push the home, then pull it on ${machine}`);
    }
    return 0;
  },
};
