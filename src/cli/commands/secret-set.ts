import type { Command } from "../command.ts";
import { commitText } from "../commit-text.ts";
import { readSecret } from "../read-secret.ts";
import { outJson, openContext } from "../session.ts";

export const command: Command = {
  name: "secret set",
  summary: "keep a value in the home, encrypted for its machines",
  args: "<name>",
  details:
    "The value comes from a prompt that shows nothing, or from stdin (one line end at its end is taken off), never from the command line. The first secret makes this machine the first that can read them: its identity is a file of its own, which nothing else keeps.",
  async run({ args }, session) {
    const [name = ""] = args;
    const { setSecretValue } = await import("../../app/secret-values.ts");
    const context = await openContext({ ...session, global: true });
    const value = await readSecret(name, session);
    const done = await setSecretValue({ name, value, mustExist: false }, context);
    if (session.json) outJson(session, done);
    else {
      session.say(`${name} is set, for ${done.machines.join(", ")}.${commitText(done)}`);
      if (done.usedBy.length > 0)
        session.say(
          `used by ${done.usedBy.join(", ")}: a server that runs has the old value until its agent starts it again`,
        );
    }
    return 0;
  },
};
