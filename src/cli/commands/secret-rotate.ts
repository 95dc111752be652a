import type { Command } from "../command.ts";
import { commitText } from "../commit-text.ts";
import { readSecret } from "../read-secret.ts";
import { outJson, openContext } from "../session.ts";

export const command: Command = {
  name: "secret rotate",
  summary: "give a secret a new value; no client file changes",
  args: "<name>",
  details: "As atk secret set, for a name that is there. Agents get the new value at the next start of a server.",
  async run({ args }, session) {
    const [name = ""] = args;
    const { setSecretValue } = await import("../../app/secret-values.ts");
    const context = await openContext({ ...session, global: true });
    const value = await readSecret(name, session);
    const done = await setSecretValue({ name, value, mustExist: true }, context);
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
