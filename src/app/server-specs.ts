import { AtkError } from "../core/errors.ts";
import type { Server } from "../core/server.ts";
import { declaredSpec } from "./declared-server.ts";
import type { Context } from "./context.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { loadPlugins, type LoadedPlugin } from "./load-plugins.ts";
import { pluginSpecs } from "./plugin-specs.ts";

/** A server of the manifest as it is really started: secrets looked up. Never for showing or writing. */
export interface ServerSpec {
  readonly owner: string;
  readonly server: Server;
  /** The whole environment it gets on top of this process's. */
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Variables without a value, and what to do about them. */
  readonly missing: readonly string[];
  readonly hint: string;
}

/** The manifest and its plugins, as they are now and without a network. */
export interface LoadedServers {
  readonly inputs: Inputs;
  readonly plugins: readonly LoadedPlugin[];
}

export async function loadServers(context: Context): Promise<LoadedServers> {
  const inputs = await readInputs(context);
  return { inputs, plugins: await loadPlugins(inputs, { readOnly: true, offline: true }, context) };
}

/**
 * The enabled servers of the manifest, those of the named entries or with the named ids only.
 * @throws AtkError E_PLUGIN_NOT_FOUND when a name is neither; a fault of a plugin is thrown only when it was named.
 */
export async function serverSpecs(
  names: readonly string[],
  context: Context,
): Promise<readonly (ServerSpec | Faulty)[]> {
  return chooseSpecs(names, await loadServers(context), context);
}

/** The same for what was loaded before. */
export async function chooseSpecs(
  names: readonly string[],
  { inputs, plugins }: LoadedServers,
  context: Context,
): Promise<readonly (ServerSpec | Faulty)[]> {
  const ofPlugins = await Promise.all(plugins.map((plugin) => specsOf(plugin, context)));
  const all = [...ofPlugins.flat(), ...declared(inputs, context)];
  const namesOf = (spec: ServerSpec | Faulty): readonly string[] =>
    "server" in spec ? [spec.owner, spec.server.id] : [spec.owner, ...spec.servers];
  const unknown = names.filter((name) => !all.some((spec) => namesOf(spec).includes(name)));
  if (unknown.length > 0)
    throw new AtkError(
      "E_PLUGIN_NOT_FOUND",
      `there is no server or plugin named ${unknown.join(", ")} in the manifest`,
    );
  return all.filter((spec) => names.length === 0 || namesOf(spec).some((name) => names.includes(name)));
}

export interface Faulty {
  readonly owner: string;
  /** Ids of its servers, as far as they are known. */
  readonly servers: readonly string[];
  readonly fault: AtkError;
}

/** A fault of one plugin stays its own. */
async function specsOf(plugin: LoadedPlugin, context: Context): Promise<readonly (ServerSpec | Faulty)[]> {
  const owner = plugin.entry.name;
  if ("fault" in plugin) return [{ owner, servers: [], fault: plugin.fault }];
  if (!plugin.entry.enabled) return [];
  try {
    return await pluginSpecs(plugin, context);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    return [{ owner, servers: plugin.definition.plugin.servers.map(({ id }) => id), fault: error }];
  }
}

function declared({ manifest }: Inputs, { host, workspace }: Context): readonly ServerSpec[] {
  const at = { directory: workspace.directory, variables: host.machine.env };
  return Object.entries(manifest.servers)
    .filter(([, declaration]) => declaration.enabled)
    .map(([id, declaration]) => declaredSpec(id, declaration, at));
}
