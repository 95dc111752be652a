import type { Command } from "../command.ts";
import { commitText } from "../commit-text.ts";
import { outJson, openContext } from "../session.ts";

export const command: Command = {
  name: "secret approve",
  summary: "let a machine read the secrets that asked for it",
  args: "<machine>",
  options: [{ flags: "--key <key>", summary: "refuse when the request has another key than the machine shows" }],
  details:
    "Encrypts every value anew, for that machine too. Whoever can push can write a request: compare the key with what the machine shows (atk secret request).",
  async run({ args, options }, session) {
    const [name = ""] = args;
    const { approveMachine } = await import("../../app/secret-machines.ts");
    const context = await openContext({ ...session, global: true });
    const done = await approveMachine({ name, key: options.text("key") }, context);
    if (session.json) outJson(session, done);
    else session.say(`${name} can read ${done.secrets.length} secrets from now on.${commitText(done)}\nnext: push`);
    return 0;
  },
};
