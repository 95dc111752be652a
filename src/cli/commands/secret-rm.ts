import type { Command } from "../command.ts";
import { commitText } from "../commit-text.ts";
import { outJson, openContext } from "../session.ts";

export const command: Command = {
  name: "secret rm",
  summary: "take a secret out of the store",
  args: "<name>",
  options: [{ flags: "--force", summary: "also when entries of the manifest use it" }],
  async run({ args, options }, session) {
    const [name = ""] = args;
    const { removeSecretValue } = await import("../../app/secret-values.ts");
    const context = await openContext({ ...session, global: true });
    const done = await removeSecretValue({ name, force: options.flag("force") }, context);
    if (session.json) outJson(session, done);
    else session.say(`${name} is gone.${commitText(done)} Older commits still hold it, encrypted.`);
    return 0;
  },
};
