import type { ListedSecret } from "../../app/secret-list.ts";
import type { Command } from "../command.ts";
import { openHome, outJson } from "../session.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "secret list",
  summary: "list the secrets of the home and what uses them",
  details: "Names only, never a value. Also those that atk.yaml names and nobody has set yet.",
  async run(_invocation, session) {
    const { listSecrets } = await import("../../app/secret-list.ts");
    const secrets = await listSecrets(await openHome(session));
    if (session.json) outJson(session, { secrets });
    else if (secrets.length === 0) session.say("No secrets yet: atk secret set NAME");
    else session.out(table(["NAME", "USED BY", "NOTE"], secrets.map(rowOf)));
    return 0;
  },
};

function rowOf(secret: ListedSecret): readonly string[] {
  const users = [...new Set(secret.usedBy.map(({ entry }) => entry))];
  return [secret.name, users.join(", ") || "-", notesOn(secret).join("; ") || "-"];
}

function notesOn({ isSet, readableHere, rotate, uneven, name }: ListedSecret): readonly string[] {
  if (!isSet) return [`not set: atk secret set ${name}`];
  return [
    ...(readableHere ? [] : ["not readable on this machine"]),
    ...(rotate === undefined ? [] : [`to be rotated: ${rotate}`]),
    ...(uneven ? ["not encrypted for just your machines: see atk secret recipients"] : []),
  ];
}
