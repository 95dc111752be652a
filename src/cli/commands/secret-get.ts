import type { Command } from "../command.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "secret get",
  summary: "print the value of a secret",
  args: "<name>",
  details:
    "Nothing is added to the value, but for a line end on a terminal. With --json: { name, value }. Exit 8 when there is none or this machine cannot open it.",
  async run({ args }, session) {
    const { secretsOf } = await import("../../app/secrets.ts");
    const [name = ""] = args;
    const { store } = await secretsOf(await openHome(session));
    const value = await store.get(name);
    if (session.json) outJson(session, { name, value });
    else session.outBare(session.terminal.stdout ? `${value}\n` : value);
    return 0;
  },
};
