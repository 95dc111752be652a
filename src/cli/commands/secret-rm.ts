import type { Command } from "../command.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "secret rm",
  summary: "take a secret out of the home",
  args: "<name>",
  options: [{ flags: "--force", summary: "also when entries of atk.yaml use it" }],
  details: "Git's history keeps it, readable for the machines that had access: revoke it where it was issued as well.",
  async run({ args, options }, session) {
    const { removeSecretNamed } = await import("../../app/secret-remove.ts");
    const { sayCommitted } = await import("../show-secret.ts");
    const [name = ""] = args;
    const done = await removeSecretNamed(name, { force: options.flag("force") }, await openHome(session));
    if (session.json) {
      outJson(session, done);
      return 0;
    }
    session.say(`Removed ${name}. Older commits still hold it, encrypted: revoke it where it was issued.`);
    if (done.usedBy.length > 0) session.say(`! Without a value now: ${done.usedBy.join(", ")}`);
    sayCommitted(done.committed, session);
    return 0;
  },
};
