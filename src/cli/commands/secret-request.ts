import type { Command } from "../command.ts";
import { commitText } from "../commit-text.ts";
import { outJson, openContext } from "../session.ts";

export const command: Command = {
  name: "secret request",
  summary: "ask for access to the secrets, on a new machine",
  args: "[name]",
  details:
    "The name of the machine is its host name unless another one is given. Asking gives no right: a machine that has access approves it.",
  async run({ args }, session) {
    const [name] = args;
    const { requestMachine } = await import("../../app/secret-machines.ts");
    const context = await openContext({ ...session, global: true });
    const done = await requestMachine(name, context);
    if (session.json) outJson(session, done);
    else if (done.access === "granted") session.say(`${done.name} can read the secrets.${commitText(done)}`);
    else {
      session.say(`${done.name} asks for access with the key ${done.key}.${commitText(done)}`);
      session.say(
        `next: push; then, on a machine that has access: git pull, atk secret approve ${done.name} --key ${done.key}, push`,
      );
    }
    return 0;
  },
};
