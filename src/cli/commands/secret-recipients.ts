import type { Command } from "../command.ts";
import { outJson, openContext } from "../session.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "secret recipients",
  summary: "list the machines that can read the secrets, and those that ask to",
  async run(_invocation, session) {
    const { listMachines } = await import("../../app/secret-machines.ts");
    const found = await listMachines(await openContext({ ...session, global: true }));
    if (session.json) outJson(session, found);
    else if (found.machines.length === 0) session.out("No machine yet: atk secret set NAME makes this one the first.");
    else {
      const rows = found.machines.map(({ name, access, isThis, since, key }) => [
        `${name}${isThis ? " (this machine)" : ""}`,
        access === "granted" ? "can read" : "asks",
        since ?? "-",
        key,
      ]);
      session.out(table(["MACHINE", "ACCESS", "SINCE", "KEY"], rows));
      if (found.uneven.length > 0)
        session.say(
          `! ${found.uneven.join(", ")}: encrypted for other machines than these; set ${found.uneven.length === 1 ? "it" : "them"} again`,
        );
    }
    return 0;
  },
};
