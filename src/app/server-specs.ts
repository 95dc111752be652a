import { AtkError } from "../core/errors.ts";
import type { Server, Value } from "../core/server.ts";
import { serverOf } from "./compile-declarations.ts";
import type { Context } from "./context.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { loadPlugins } from "./load-plugins.ts";
import { startableServers } from "./plugin-servers.ts";

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

/**
 * The enabled servers of the manifest, those of the named entries or with the named ids only.
 * @throws AtkError E_PLUGIN_NOT_FOUND when a name is neither; a fault of a plugin is thrown only when it was named.
 */
export async function serverSpecs(
  names: readonly string[],
  context: Context,
): Promise<readonly (ServerSpec | Faulty)[]> {
  const inputs = await readInputs(context);
  const all = [...(await fromPlugins(inputs, context)), ...declared(inputs, context)];
  const wanted = (spec: ServerSpec | Faulty): boolean =>
    names.length === 0 || names.includes(spec.owner) || ("server" in spec && names.includes(spec.server.id));
  const unknown = names.filter(
    (name) => !all.some((spec) => spec.owner === name || ("server" in spec && spec.server.id === name)),
  );
  if (unknown.length > 0)
    throw new AtkError(
      "E_PLUGIN_NOT_FOUND",
      `there is no server or plugin named ${unknown.join(", ")} in the manifest`,
    );
  return all.filter(wanted);
}

export interface Faulty {
  readonly owner: string;
  readonly fault: AtkError;
}

async function fromPlugins(inputs: Inputs, context: Context): Promise<readonly (ServerSpec | Faulty)[]> {
  const plugins = await loadPlugins(inputs, { readOnly: true, offline: true }, context);
  const specs = await Promise.all(
    plugins.map(async (plugin): Promise<readonly (ServerSpec | Faulty)[]> => {
      const owner = plugin.entry.name;
      if ("fault" in plugin) return [{ owner, fault: plugin.fault }];
      if (!plugin.entry.enabled) return [];
      const resolved = await startableServers(plugin, context);
      return resolved.map(({ server, env, missing }) => ({
        owner,
        server,
        env,
        missing,
        directory: plugin.directory,
        hint: `put the values into ${plugin.directory}/.env`,
      }));
    }),
  );
  return specs.flat();
}

function declared({ manifest }: Inputs, { host, workspace }: Context): readonly ServerSpec[] {
  return Object.entries(manifest.servers)
    .filter(([, declaration]) => declaration.enabled)
    .map(([id, declaration]) => {
      const server = serverOf(id, declaration);
      const hint = "set them in the environment that the client is started in";
      const common = { owner: id, directory: workspace.directory, hint };
      if (server.transport !== "stdio") return { ...common, server, env: {}, missing: [] };
      const { env, missing } = lookUp(server.env, host.machine.env);
      return { ...common, server: { ...server, env }, env, missing };
    });
}

/** Values in clear; what a variable lacks is named and left out. */
function lookUp(
  values: Readonly<Record<string, Value>>,
  variables: Readonly<Record<string, string | undefined>>,
): Pick<ServerSpec, "env" | "missing"> {
  const env: Record<string, string> = {};
  const missing = new Set<string>();
  for (const [name, value] of Object.entries(values)) {
    const found = typeof value === "string" ? value : variables[value.env];
    if (typeof value !== "string" && found === undefined) missing.add(value.env);
    if (found !== undefined) env[name] = typeof value === "string" ? found : `${value.prefix ?? ""}${found}`;
  }
  return { env, missing: [...missing] };
}
