import type { Command } from "../command.ts";
import { VALUE_OPTIONS, valueSource } from "../secret-input.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "secret set",
  summary: "set a secret of the home, encrypted for your machines",
  args: "<name>",
  options: VALUE_OPTIONS,
  takesAnyWords: true,
  details:
    "Asks for the value without showing it, or reads it from standard input (one line ending at its end is left out). Never give it in the command line. Use it in atk.yaml with { secret: NAME }.",
  async run(invocation, session) {
    const source = valueSource("set", invocation, session);
    const { setSecretValue } = await import("../../app/secret-set.ts");
    const { sayCommitted, showSet } = await import("../show-secret.ts");
    const [name = ""] = invocation.args;
    const done = await setSecretValue({ name, source, mustExist: false }, await openHome(session));
    if (session.json) outJson(session, done);
    else session.say(showSet(done));
    if (!session.json) sayCommitted(done.committed, session);
    return 0;
  },
};
