import { canonical, type Json } from "../../core/json.ts";
import { forMachine, type NamedMachine } from "../../manifest/for-machine.ts";
import type { Lock } from "../../manifest/lock.ts";
import type { Manifest } from "../../manifest/manifest.ts";

/** An entry that a machine gets. */
export interface WantedEntry {
  readonly name: string;
  readonly kind: "plugin" | "mcp_server" | "skill" | "instruction";
  readonly agents: readonly string[];
  /** A relative path whose content belongs to it. */
  readonly path?: string;
  /** Equal texts mean equal entries: all words of the entry there, and what the lock says of it. */
  readonly text: string;
}

/** The entries that a machine gets by a manifest and its lock, by kind and name. */
export function wantedThere(manifest: Manifest, lock: Lock, machine: NamedMachine): ReadonlyMap<string, WantedEntry> {
  const here = forMachine(manifest, machine);
  const wanted = (kind: WantedEntry["kind"], name: string, entry: Entry, locked: unknown): readonly WantedEntry[] => {
    const agents = [...(entry.agents ?? here.agents)].sort();
    if (!entry.enabled || entry.when !== undefined) return [];
    const text = canonical({ ...entry, agents, locked: locked ?? null } as unknown as Json);
    return [{ name, kind, agents, text, ...("path" in entry ? { path: entry.path } : {}) }];
  };
  const all = [
    ...here.plugins.flatMap((entry) => wanted("plugin", entry.name, entry, lock.plugins[entry.name])),
    ...Object.entries(here.servers).flatMap(([id, entry]) => wanted("mcp_server", id, entry, lock.servers?.[id])),
    ...here.skills.flatMap((entry) => wanted("skill", entry.path, entry, undefined)),
    ...here.instructions.flatMap((entry) => wanted("instruction", entry.path, entry, undefined)),
  ];
  return new Map(all.map((entry) => [`${entry.kind}.${entry.name}`, entry]));
}

type Entry = Manifest["plugins"][number] | Manifest["servers"][string] | Manifest["skills"][number];
