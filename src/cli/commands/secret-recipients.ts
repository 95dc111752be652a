import type { ListedMachine, MachinesReport } from "../../app/secret-machines.ts";
import type { Command } from "../command.ts";
import { openHome, outJson } from "../session.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "secret recipients",
  summary: "list the machines that can open the secrets, and those that ask to",
  details: "Reads only. Says too which secrets are not encrypted for just these machines.",
  async run(_invocation, session) {
    const { listMachines } = await import("../../app/secret-machines.ts");
    const report = await listMachines(await openHome(session));
    if (session.json) outJson(session, report);
    else session.out(show(report));
    return 0;
  },
};

function show({ recipients, requests, uneven, rotate }: MachinesReport): string {
  const rows = [
    ...recipients.map((machine) => rowOf(machine, "can open all")),
    ...requests.map((machine) => rowOf(machine, "asks for access")),
  ];
  const lines = [rows.length === 0 ? "No machine yet." : table(["MACHINE", "ACCESS", "SINCE", "KEY"], rows)];
  for (const { name } of requests) lines.push(`next: atk secret approve ${name}, on a machine that has access`);
  if (uneven.length > 0) {
    lines.push(`! not encrypted for just these machines: ${uneven.join(", ")}`);
    lines.push("  Check that you know every machine above, then set them anew: atk secret rotate NAME");
  }
  if (rotate.length > 0) lines.push(`! to be rotated, a removed machine knew them: ${rotate.join(", ")}`);
  return lines.join("\n");
}

function rowOf({ name, key, since, isThis }: ListedMachine, access: string): readonly string[] {
  return [`${name}${isThis ? " (this one)" : ""}`, access, since ?? "-", key];
}
