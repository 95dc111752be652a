import type { Manifest, ManifestValue, PluginEntry, ServerDeclaration, When } from "./manifest.ts";
import { isSame, matches, type MachineFacts } from "./match-when.ts";
import type { MachineEntry, PluginOverride, ServerOverride } from "./upkeep.ts";

/** A machine before the manifest was asked about it. */
export type NamedMachine = Omit<MachineFacts, "machines"> & {
  /** Its own in the settings, or else the host name without its domain. */
  readonly name: string;
};

/** The entries of `machines` that are about this machine, in their order: those whose `match` holds, and the one with its name. */
export function entriesFor(machines: readonly MachineEntry[], machine: NamedMachine): readonly MachineEntry[] {
  return machines.filter(
    (entry) => isSame(entry.name, machine.name) || (entry.match !== undefined && matches(entry.match, machine)),
  );
}

/** What `when` is held against: the machine with the names and tags that the manifest gives it. */
export function factsOf(machines: readonly MachineEntry[], machine: NamedMachine): Required<MachineFacts> {
  const entries = entriesFor(machines, machine);
  const { platform, arch, hostname, name, tags } = machine;
  return {
    platform,
    arch,
    hostname,
    tags: [...new Set([...tags, ...entries.flatMap((entry) => entry.tags)])],
    machines: [...new Set([name, ...entries.map((entry) => entry.name)])],
  };
}

/**
 * The manifest as it applies on one machine: what `machines` says of it is folded in, the later entry over the earlier one. `when`
 * is left only where it does not hold, so an entry applies exactly if it has none. Folding twice is folding once.
 */
export function forMachine(manifest: Manifest, machine: NamedMachine): Manifest {
  const facts = factsOf(manifest.machines, machine);
  const entries = entriesFor(manifest.machines, machine);
  const here = <T extends { readonly when?: When }>(entry: T): T => settle(entry, facts);
  const ofPlugins = entries.map(({ plugins }) => plugins);
  const ofServers = entries.map(({ servers }) => servers);
  const { sync } = manifest;
  return {
    ...manifest,
    agents: entries.findLast(({ agents }) => agents !== undefined)?.agents ?? manifest.agents,
    plugins: manifest.plugins.map((entry) => here(foldPlugin(entry, overridesOf(entry.name, ofPlugins)))),
    servers: Object.fromEntries(
      Object.entries(manifest.servers).map(([id, server]) => [
        id,
        here(foldServer(server, overridesOf(id, ofServers))),
      ]),
    ),
    skills: manifest.skills.map(here),
    instructions: manifest.instructions.map(here),
    ...(sync === undefined ? {} : { sync: here(sync) }),
    backups: manifest.backups.map(here),
  };
}

function settle<T extends { readonly when?: When }>(entry: T, facts: MachineFacts): T {
  if (entry.when === undefined || !matches(entry.when, facts)) return entry;
  const { when: _holds, ...others } = entry;
  return others as T;
}

function overridesOf<T>(name: string, sections: readonly Readonly<Record<string, T>>[]): readonly T[] {
  return sections.flatMap((section) => {
    const found = Object.hasOwn(section, name) ? section[name] : undefined;
    return found === undefined ? [] : [found];
  });
}

function foldPlugin(entry: PluginEntry, overrides: readonly PluginOverride[]): PluginEntry {
  return overrides.reduce<PluginEntry>(
    (folded, { enabled, agents, env, service, ports }) => ({
      ...folded,
      ...switches({ enabled, agents }),
      ...(service === undefined ? {} : { service }),
      env: { ...folded.env, ...env },
      ...(Object.keys(env).length === 0 ? {} : { layers: layersWith(folded, env) }),
      ports: { ...folded.ports, ...ports },
    }),
    entry,
  );
}

function layersWith(
  { env: now, layers }: PluginEntry,
  added: Readonly<Record<string, ManifestValue>>,
): NonNullable<PluginEntry["layers"]> {
  return { written: layers?.written ?? now, machine: { ...layers?.machine, ...added } };
}

function foldServer(server: ServerDeclaration, overrides: readonly ServerOverride[]): ServerDeclaration {
  return overrides.reduce<ServerDeclaration>((folded, { enabled, agents, env, headers }) => {
    const switched = switches({ enabled, agents });
    if ("url" in folded) return { ...folded, ...switched, headers: { ...folded.headers, ...headers } };
    return { ...folded, ...switched, env: { ...folded.env, ...env } };
  }, server);
}

type Switches = { readonly enabled?: boolean; readonly agents?: readonly string[] };

function switches({
  enabled,
  agents,
}: {
  readonly enabled: boolean | undefined;
  readonly agents: readonly string[] | undefined;
}): Switches {
  return { ...(enabled === undefined ? {} : { enabled }), ...(agents === undefined ? {} : { agents }) };
}
