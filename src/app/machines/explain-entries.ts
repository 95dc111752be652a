import type { Place } from "../../core/errors.ts";
import { factsOf } from "../../manifest/for-machine.ts";
import type { When } from "../../manifest/manifest.ts";
import { unmetCondition } from "../../manifest/match-when.ts";
import { escapeKey } from "../../manifest/pointer-text.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import type { PlaceOf } from "./describe-machine.ts";
import { namedMachine } from "./named-machine.ts";
import { overridesFor, type Override } from "./overrides.ts";
import { unmetText } from "./unmet-text.ts";

/** Why an entry of the manifest is on or off on this machine. */
export interface ExplainedEntry {
  readonly name: string;
  readonly kind: "plugin" | "mcp_server" | "skill" | "instruction";
  readonly isOn: boolean;
  readonly why: string;
  /** What decides it. */
  readonly at: Place;
  readonly agents: readonly string[];
  readonly overrides: readonly (Omit<Override, "pointer"> & { readonly at: Place })[];
}

interface Entry {
  readonly name: string;
  readonly kind: ExplainedEntry["kind"];
  readonly pointer: string;
  readonly written: Declared;
  readonly here: Declared;
}

interface Declared {
  readonly enabled: boolean;
  readonly agents?: readonly string[];
  readonly when?: When;
}

export function explainEntries(inputs: Inputs, place: PlaceOf, context: Context): readonly ExplainedEntry[] {
  return entriesIn(inputs).map((entry) => {
    const overrides = ["plugin", "mcp_server"].includes(entry.kind) ? overridesFor(entry.name, inputs, context) : [];
    const { isOn, why, pointer } = reason(entry, overrides, inputs, context);
    return {
      name: entry.name,
      kind: entry.kind,
      isOn,
      why,
      at: place(pointer),
      agents: entry.here.agents ?? inputs.manifest.agents,
      overrides: overrides.map(({ pointer: at, ...override }) => ({ ...override, at: place(at, "key") })),
    };
  });
}

function entriesIn({ manifest, written }: Inputs): readonly Entry[] {
  const listed = (
    kind: Entry["kind"],
    section: "plugins" | "skills" | "instructions",
    nameOf: (index: number) => string,
  ): readonly Entry[] =>
    written[section].map((entry, index) => ({
      name: nameOf(index),
      kind,
      pointer: `/${section}/${index}`,
      written: entry,
      here: manifest[section][index] ?? entry,
    }));
  return [
    ...listed("plugin", "plugins", (index) => written.plugins[index]?.name ?? ""),
    ...Object.entries(written.servers).map(([name, entry]) => ({
      name,
      kind: "mcp_server" as const,
      pointer: `/mcp_servers/${escapeKey(name)}`,
      written: entry,
      here: manifest.servers[name] ?? entry,
    })),
    ...listed("skill", "skills", (index) => written.skills[index]?.path ?? ""),
    ...listed("instruction", "instructions", (index) => written.instructions[index]?.path ?? ""),
  ];
}

interface Reason {
  readonly isOn: boolean;
  readonly why: string;
  readonly pointer: string;
}

function reason(entry: Entry, overrides: readonly Override[], inputs: Inputs, context: Context): Reason {
  const { here, written, pointer } = entry;
  const facts = factsOf(inputs.written.machines, namedMachine(context));
  const unmet = unmetCondition(written.when, facts);
  if (written.when !== undefined && unmet !== undefined)
    return { isOn: false, why: unmetText(written.when, unmet, facts), pointer: `${pointer}/when/${unmet}` };
  const switched = overrides.find(({ field, isOverruled }) => field === "enabled" && !isOverruled);
  if (switched !== undefined) {
    const why = `machines.${switched.machine} says enabled: ${here.enabled}`;
    return { isOn: here.enabled, why, pointer: switched.pointer };
  }
  if (!here.enabled) return { isOn: false, why: "enabled: false", pointer: `${pointer}/enabled` };
  if (written.when === undefined) return { isOn: true, why: "it applies everywhere", pointer };
  return {
    isOn: true,
    why: `when: ${Object.keys(written.when).join(", ") || "everything"} holds`,
    pointer: `${pointer}/when`,
  };
}
