import { entriesFor } from "../../manifest/for-machine.ts";
import { escapeKey } from "../../manifest/pointer-text.ts";
import type { MachineEntry } from "../../manifest/upkeep.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { namedMachine } from "./named-machine.ts";

/** One word of `machines` that counts here for an entry. Holds names, never a value of `env` or `headers`. */
export interface Override {
  /** Of the entry in `machines`. */
  readonly machine: string;
  /** `enabled`, `agents`, `service`, `env.NAME`, `headers.NAME`, `ports.NAME`. */
  readonly field: string;
  /** Where it stands in the manifest. */
  readonly pointer: string;
  /** A later entry says it as well, and that one counts. */
  readonly isOverruled: boolean;
}

/** What `machines` changes of a plugin or server on this machine, in the order in which it is laid over it. */
export function overridesFor(name: string, inputs: Inputs, context: Context): readonly Override[] {
  const { machines } = inputs.written;
  const found = entriesFor(machines, namedMachine(context)).flatMap((entry) => overridesIn(entry, name));
  return found.map((override, index) => ({
    ...override,
    isOverruled: found.slice(index + 1).some(({ field }) => field === override.field),
  }));
}

function overridesIn(entry: MachineEntry, name: string): readonly Omit<Override, "isOverruled">[] {
  const sections = [
    ["plugins", entry.plugins],
    ["mcp_servers", entry.servers],
  ] as const;
  return sections.flatMap(([section, overrides]) => {
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    const pointer = `/machines/${escapeKey(entry.name)}/${section}/${escapeKey(name)}`;
    return Object.entries(override ?? {}).flatMap(([field, value]) =>
      fieldsOf(field, value).map((words) => ({
        machine: entry.name,
        field: words.join("."),
        pointer: [pointer, ...words.map(escapeKey)].join("/"),
      })),
    );
  });
}

/** A map is laid over name by name, a list or a single value as a whole. */
function fieldsOf(field: string, value: unknown): readonly (readonly string[])[] {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? Object.keys(value).map((name) => [field, name]) : [[field]];
}
