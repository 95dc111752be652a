import type { Command } from "../command.ts";
import { outJson, openContext } from "../session.ts";

export const command: Command = {
  name: "secret get",
  summary: "print a secret on stdout",
  args: "<name>",
  details: "Exactly the value; on a terminal with a line end after it.",
  async run({ args }, session) {
    const [name = ""] = args;
    const { getSecretValue } = await import("../../app/secret-values.ts");
    const value = await getSecretValue(name, await openContext({ ...session, global: true }));
    if (session.json) outJson(session, { name, value });
    else session.write(session.stdoutIsTerminal ? `${value}\n` : value);
    return 0;
  },
};
