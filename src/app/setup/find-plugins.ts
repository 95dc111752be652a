import { AtkError } from "../../core/errors.ts";
import type { PluginEntry } from "../../manifest/manifest.ts";
import { didYouMean } from "../../manifest/suggest.ts";
import type { Context } from "../context.ts";
import { isActive, isGood } from "../find-services.ts";
import { readInputs, type Inputs } from "../inputs.ts";
import { loadPlugins } from "../load-plugins.ts";
import type { GoodPlugin } from "../plugin-env.ts";

export interface FoundPlugins {
  /** It is the one plugin that was named: then its fault is everybody's. */
  readonly isNamed: boolean;
  readonly plugins: readonly GoodPlugin[];
  /** Plugins that cannot be read, which hide none of the others. */
  readonly faults: readonly PluginFault[];
}

export interface PluginFault {
  readonly name: string;
  readonly fault: AtkError;
}

export interface FindOptions {
  /** Use no network: what is not locked yet is a fault of that plugin. */
  readonly offline?: boolean;
}

/**
 * The plugins of these names, whether enabled or not, or without a name all that are enabled here; in the order of the manifest.
 * @throws AtkError E_PLUGIN_NOT_FOUND, or the fault of the only one named
 */
export async function findPlugins(
  names: readonly string[],
  context: Context,
  { offline = false }: FindOptions = {},
): Promise<FoundPlugins> {
  const inputs = await readInputs(context);
  const { plugins } = inputs.manifest;
  const unknown = names.find((name) => !plugins.some((entry) => entry.name === name));
  if (unknown !== undefined) throw notFound(unknown, inputs);
  const isWanted = (entry: PluginEntry): boolean => (names.length === 0 ? isActive(entry) : names.includes(entry.name));
  const wanted = plugins.filter(isWanted);
  const isNamed = names.length > 0 && wanted.length === 1;
  const only = { ...inputs, manifest: { ...inputs.manifest, plugins: wanted } };
  const loaded = await loadPlugins(only, { readOnly: true, offline }, context);
  const faults = loaded.flatMap((each) => ("fault" in each ? [{ name: each.entry.name, fault: each.fault }] : []));
  if (isNamed && faults[0] !== undefined) throw faults[0].fault;
  return { isNamed, plugins: loaded.filter(isGood), faults };
}

function notFound(name: string, { manifest }: Inputs): AtkError {
  const names = manifest.plugins.map((entry) => entry.name);
  const what = Object.hasOwn(manifest.servers, name)
    ? `${name} is a server of the manifest, whose values stand there; only plugins have a .env`
    : `there is no plugin ${JSON.stringify(name)} in the manifest; it has ${names.join(", ") || "none yet"}`;
  return new AtkError("E_PLUGIN_NOT_FOUND", what, { hint: didYouMean(name, names) });
}
