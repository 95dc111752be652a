import { AtkError } from "../core/errors.ts";
import type { PluginEntry } from "../manifest/manifest.ts";
import type { Context } from "./context.ts";
import { readInputs } from "./inputs.ts";
import { loadPlugins, type LoadedPlugin } from "./load-plugins.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { hasService } from "./service-spec.ts";

export interface ServiceChoice {
  readonly names: readonly string[];
  readonly all: boolean;
}

/**
 * The plugins whose services are meant, in the manifest's order: the named ones, or all that are enabled here and have a service.
 * @throws AtkError E_USAGE for neither or both, E_PLUGIN_NOT_FOUND; E_SERVICE for a named one that has no service, its own fault for
 * one that is broken
 */
export async function findServices({ names, all }: ServiceChoice, context: Context): Promise<readonly GoodPlugin[]> {
  const plugins = await findPlugins({ names, all }, context);
  return all ? plugins.filter(hasService) : plugins;
}

/** The same for all that are enabled here, whatever they have. */
export async function findPlugins({ names, all }: ServiceChoice, context: Context): Promise<readonly GoodPlugin[]> {
  refuseUnclear({ names, all });
  const plugins = await activePlugins(context);
  return all ? plugins.filter(isGood) : names.map((name) => named(name, plugins));
}

/** Every plugin of the manifest that is enabled on this machine, whatever is wrong with it. */
async function activePlugins(context: Context): Promise<readonly LoadedPlugin[]> {
  const inputs = await readInputs(context);
  const plugins = await loadPlugins(inputs, { readOnly: true, offline: true }, context);
  return plugins.filter(({ entry }) => isActive(entry));
}

/** Enabled, and meant for this machine. */
export function isActive({ enabled, when }: PluginEntry): boolean {
  return enabled && when === undefined;
}

export function isGood(plugin: LoadedPlugin): plugin is GoodPlugin {
  return !("fault" in plugin);
}

function named(name: string, plugins: readonly LoadedPlugin[]): GoodPlugin {
  const plugin = plugins.find(
    (each) => each.entry.name === name || (isGood(each) && each.definition.plugin.name === name),
  );
  if (plugin === undefined) {
    const known = plugins.map(({ entry }) => entry.name).join(", ") || "none";
    throw new AtkError(
      "E_PLUGIN_NOT_FOUND",
      `there is no plugin ${JSON.stringify(name)} that is enabled here; enabled: ${known}`,
    );
  }
  if (!isGood(plugin)) throw plugin.fault;
  return plugin;
}

function refuseUnclear({ names, all }: ServiceChoice): void {
  if (names.length > 0 !== all) return;
  throw new AtkError("E_USAGE", all ? "--all and names exclude each other" : "name a plugin, or say --all");
}
