import type { Command } from "../command.ts";
import { outJson, openContext } from "../session.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "secret list",
  summary: "list the names of secrets and who uses them; decrypt nothing",
  async run(_invocation, session) {
    const { listSecrets } = await import("../../app/secret-values.ts");
    const secrets = await listSecrets(await openContext({ ...session, global: true }));
    if (session.json) outJson(session, { secrets });
    else if (secrets.length === 0) session.out("No secrets yet: atk secret set NAME");
    else {
      const rows = secrets.map(({ name, usedBy, state, reason }) => [
        name,
        usedBy.join(", ") || "-",
        state === "rotate" ? `rotate: ${reason ?? ""}` : state,
      ]);
      session.out(table(["NAME", "USED BY", "STATE"], rows));
    }
    return 0;
  },
};
