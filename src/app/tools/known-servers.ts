import type { RecordedTools } from "../../manifest/lock.ts";
import type { ToolFilter, When } from "../../manifest/manifest.ts";
import type { Inputs } from "../inputs.ts";
import type { LoadedPlugin } from "../load-plugins.ts";
import { recordedIn, type ServerName } from "./tool-records.ts";

/** A server of the manifest, as far as its tools are concerned. */
export interface KnownServer extends ServerName {
  readonly agents: readonly string[];
  readonly filter?: ToolFilter;
  readonly guard: boolean;
  readonly recorded?: RecordedTools;
}

/** The enabled servers, those of plugins first; only those that are active on a machine, when it is given. */
export function knownServers(
  inputs: Inputs,
  plugins: readonly LoadedPlugin[],
  active: (when: When | undefined) => boolean = () => true,
): readonly KnownServer[] {
  const { manifest, lock } = inputs;
  const ofPlugins = plugins.flatMap((plugin) => {
    if ("fault" in plugin || !plugin.entry.enabled || !active(plugin.entry.when)) return [];
    return plugin.definition.plugin.servers.map(({ id }) => ({ id, owner: plugin.entry.name, entry: plugin.entry }));
  });
  const declared = Object.entries(manifest.servers).flatMap(([id, entry]) =>
    entry.enabled && active(entry.when) ? [{ id, owner: id, entry }] : [],
  );
  return [...ofPlugins, ...declared].map(({ id, owner, entry }) => {
    const recorded = recordedIn(lock, { owner, id });
    return {
      id,
      owner,
      agents: [...(entry.agents ?? manifest.agents)].sort(),
      guard: entry.guard ?? false,
      ...(entry.tools === undefined ? {} : { filter: entry.tools }),
      ...(recorded === undefined ? {} : { recorded }),
    };
  });
}
