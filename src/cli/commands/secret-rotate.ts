import type { Command } from "../command.ts";
import { VALUE_OPTIONS, valueSource } from "../secret-input.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "secret rotate",
  summary: "give a secret that is there a new value",
  args: "<name>",
  options: VALUE_OPTIONS,
  takesAnyWords: true,
  details:
    "As atk secret set, but the secret has to be there; says which servers have to be started anew. Revoke the old value where it was issued: git's history keeps it for whoever could open it.",
  async run(invocation, session) {
    const source = valueSource("rotate", invocation, session);
    const { setSecretValue } = await import("../../app/secret-set.ts");
    const { sayCommitted, showSet } = await import("../show-secret.ts");
    const [name = ""] = invocation.args;
    const done = await setSecretValue({ name, source, mustExist: true }, await openHome(session));
    if (session.json) outJson(session, done);
    else session.say(showSet(done));
    if (!session.json) sayCommitted(done.committed, session);
    return 0;
  },
};
