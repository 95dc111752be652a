import type { MachineDescription } from "../app/machines/describe-machine.ts";
import type { ExplainedEntry } from "../app/machines/explain-entries.ts";
import { showPlace } from "../core/errors.ts";
import { printable, type Paint } from "./paint.ts";
import { table } from "./table.ts";

interface Showing {
  readonly paint: Paint;
  /** Only the named entries are asked about. */
  readonly named: boolean;
}

/** What a machine is, the entries of `machines`, and every entry of the manifest with why it is on or off. */
export function showMachine(machine: MachineDescription, { paint, named }: Showing): string {
  const entries = machine.entries.flatMap((entry) => showEntry(entry, paint));
  if (named) return entries.join("\n");
  return [...head(machine, paint), ...machinesOf(machine), ...(entries.length === 0 ? [] : ["", ...entries])].join(
    "\n",
  );
}

function head({ name, named, host, os, arch, tags }: MachineDescription, paint: Paint): readonly string[] {
  const tagged = tags.map(({ tag, from }) => `${tag} (${from})`).join(", ") || "none";
  const rows = [
    `machine  ${paint("bold", printable(name))} (${NAMED[named]})`,
    `host     ${printable(host)}`,
    `system   ${os}, ${arch}`,
    `tags     ${printable(tagged)}`,
  ];
  return rows;
}

const NAMED: Readonly<Record<MachineDescription["named"], string>> = {
  ATK_MACHINE: "ATK_MACHINE",
  settings: "in its settings",
  "host name": "its host name",
};

function machinesOf({ machines }: MachineDescription): readonly string[] {
  if (machines.length === 0) return [];
  const rows = machines.map(({ name, isAbout, why, at }) => [name, isAbout ? "yes" : "no", why, showPlace(at)]);
  return ["", table(["MACHINES", "HERE", "WHY", "WHERE"], rows)];
}

function showEntry({ name, isOn, why, at, agents, overrides }: ExplainedEntry, paint: Paint): readonly string[] {
  const mark = isOn ? paint("green", "on ") : paint("dim", "off");
  const wired = isOn ? ` -> ${agents.join(", ") || "no agent"}` : "";
  const line = `${mark}  ${paint("bold", printable(name))}${wired}: ${printable(why)}  ${paint("dim", showPlace(at))}`;
  const changes = overrides.map(({ machine, field, isOverruled, at: place }) => {
    const note = isOverruled ? " (a later one counts)" : "";
    return `       ${printable(`machines.${machine} says ${field}`)}${note}  ${paint("dim", showPlace(place))}`;
  });
  return [line, ...changes];
}
