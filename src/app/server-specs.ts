import { AtkError } from "../core/errors.ts";
import type { Server } from "../core/server.ts";
import type { ManifestValue, ServerDeclaration } from "../manifest/manifest.ts";
import { serverOf } from "./compile-declarations.ts";
import type { Context } from "./context.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { loadPlugins } from "./load-plugins.ts";
import { startableServers } from "./plugin-servers.ts";
import { keptBy, lookUp } from "./secrets.ts";

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
  const named = (owner: string, id: string): boolean =>
    names.length === 0 || names.includes(owner) || names.includes(id);
  const all = [...(await fromPlugins(inputs, context)), ...(await declared(inputs, named, context))];
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

type Named = (owner: string, id: string) => boolean;

/** Only of those that were asked for values are looked up: another one's password manager is nobody's business now. */
function declared({ manifest }: Inputs, named: Named, context: Context): Promise<readonly (ServerSpec | Faulty)[]> {
  const enabled = Object.entries(manifest.servers).filter(([, declaration]) => declaration.enabled);
  return Promise.all(
    enabled.map(async ([id, declaration]) => {
      try {
        return await declaredSpec(id, declaration, { lookUpNow: named(id, id), context });
      } catch (error) {
        if (error instanceof AtkError) return { owner: id, fault: error };
        throw error;
      }
    }),
  );
}

interface Asking {
  readonly lookUpNow: boolean;
  readonly context: Context;
}

async function declaredSpec(
  id: string,
  declaration: ServerDeclaration,
  { lookUpNow, context }: Asking,
): Promise<ServerSpec> {
  const { server } = serverOf(id, declaration);
  const hint = "set them in the environment that the client is started in";
  const common = { owner: id, directory: context.workspace.directory, hint };
  const written = "url" in declaration ? declaration.headers : declaration.env;
  const { clear, missing } = lookUpNow ? await inClear(written, context) : { clear: {}, missing: [] };
  if (server.transport === "stdio") return { ...common, server: { ...server, env: clear }, env: clear, missing };
  return { ...common, server: { ...server, headers: clear }, env: {}, missing };
}

/** Values in clear; what a variable lacks is named and left out. */
async function inClear(
  values: Readonly<Record<string, ManifestValue>>,
  context: Context,
): Promise<{ readonly clear: Readonly<Record<string, string>>; readonly missing: readonly string[] }> {
  const clear: Record<string, string> = {};
  const missing = new Set<string>();
  for (const [name, value] of Object.entries(values)) {
    const kept = keptBy(value);
    if (kept !== undefined) clear[name] = await lookUp(kept, context);
    else if (typeof value === "string") clear[name] = value;
    else if ("env" in value) {
      const found = context.host.machine.env[value.env];
      if (found === undefined) missing.add(value.env);
      else clear[name] = `${value.prefix ?? ""}${found}`;
    }
  }
  return { clear, missing: [...missing] };
}
