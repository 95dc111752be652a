import { join } from "node:path";
import type { Place } from "../../core/errors.ts";
import { factsOf } from "../../manifest/for-machine.ts";
import { isSame, matches, OS_OF, unmetCondition } from "../../manifest/match-when.ts";
import { escapeKey } from "../../manifest/pointer-text.ts";
import type { Context } from "../context.ts";
import { readInputs, type Inputs } from "../inputs.ts";
import { refuseUnknownNames } from "../names.ts";
import { readState } from "../state-store.ts";
import { explainEntries, type ExplainedEntry } from "./explain-entries.ts";
import { namedMachine } from "./named-machine.ts";
import { unmetText } from "./unmet-text.ts";

export interface MachineDescription {
  readonly name: string;
  /** Where the name comes from. */
  readonly named: "ATK_MACHINE" | "settings" | "host name";
  readonly host: string;
  readonly os: "linux" | "darwin" | "windows";
  readonly arch: string;
  readonly tags: readonly { readonly tag: string; readonly from: string }[];
  /** The entries of `machines`, in their order: the later one counts. */
  readonly machines: readonly DescribedEntry[];
  readonly entries: readonly ExplainedEntry[];
}

export interface DescribedEntry {
  readonly name: string;
  readonly isAbout: boolean;
  /** Why it is about this machine, or why not. */
  readonly why: string;
  readonly at: Place;
}

/** What this machine is, and why each entry (or each named one) is on or off here. Reads the manifest. @throws AtkError E_PLUGIN_NOT_FOUND */
export async function describeMachine(names: readonly string[], context: Context): Promise<MachineDescription> {
  const inputs = await readInputs(context);
  refuseUnknownNames(names, inputs.written, await readState(context.host.files, context.workspace));
  const machine = namedMachine(context);
  const place = await placesOf(inputs, context);
  return {
    name: machine.name,
    named: namedBy(context),
    host: machine.hostname,
    os: OS_OF[machine.platform],
    arch: machine.arch,
    tags: tagsOf(inputs, context),
    machines: aboutEntries(inputs, context).map((each) => ({
      ...each,
      at: place(`/machines/${escapeKey(each.name)}`, "key"),
    })),
    entries: explainEntries(inputs, place, context).filter(({ name }) => names.length === 0 || names.includes(name)),
  };
}

export type PlaceOf = (pointer: string, part?: "key" | "value") => Place;

async function placesOf({ manifestText }: Inputs, { workspace }: Context): Promise<PlaceOf> {
  const { readYaml } = await import("../../manifest/yaml-document.ts");
  return readYaml(manifestText, join(workspace.directory, "atk.yaml")).place;
}

function namedBy({ host, workspace }: Context): MachineDescription["named"] {
  if (host.machine.env["ATK_MACHINE"]) return "ATK_MACHINE";
  return workspace.settings.machine === undefined ? "host name" : "settings";
}

function tagsOf({ written }: Inputs, context: Context): MachineDescription["tags"] {
  const machine = namedMachine(context);
  const { tags } = factsOf(written.machines, machine);
  return tags.map((tag) => ({ tag, from: machine.tags.includes(tag) ? "settings" : sourceOf(tag, written, context) }));
}

function sourceOf(tag: string, written: Inputs["written"], context: Context): string {
  const about = new Set(factsOf(written.machines, namedMachine(context)).machines);
  const names = written.machines.filter(({ name, tags }) => about.has(name) && tags.includes(tag));
  return names.map(({ name }) => `machines.${name}`).join(", ");
}

function aboutEntries({ written }: Inputs, context: Context): readonly Omit<DescribedEntry, "at">[] {
  const machine = namedMachine(context);
  return written.machines.map(({ name, match }) => {
    if (isSame(name, machine.name)) return { name, isAbout: true, why: "it is the name of this machine" };
    if (match === undefined) return { name, isAbout: false, why: `this machine is ${machine.name}` };
    const unmet = unmetCondition(match, machine);
    if (unmet !== undefined) return { name, isAbout: false, why: unmetText(match, unmet, machine) };
    return { name, isAbout: matches(match, machine), why: `${Object.keys(match).join(", ") || "everything"} matches` };
  });
}
