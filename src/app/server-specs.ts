import { AtkError } from "../core/errors.ts";
import type { Server } from "../core/server.ts";
import { hasKept, keptBy } from "../manifest/kept-value.ts";
import type { ServerDeclaration } from "../manifest/manifest.ts";
import { isAllowed, notApproved } from "./approvals.ts";
import { declaredSpec, valuesOf } from "./declared-server.ts";
import type { Context } from "./context.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { loadPlugins, type LoadedPlugin } from "./load-plugins.ts";
import { pluginSpecs } from "./plugin-specs.ts";
import { keptValues } from "./plugin-variables.ts";
import type { GuardRules } from "../tools/guard/guard-rules.ts";
import { guardOf, type GuardPlace } from "./tools/guard-of.ts";

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
  /** What the launcher keeps from clients; absent: it does not stand between them and the server. */
  readonly guard?: GuardRules;
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
export async function chooseSpecs(
  names: readonly string[],
  loaded: LoadedServers,
  context: Context,
): Promise<readonly (ServerSpec | Faulty)[]> {
  const { inputs, plugins } = loaded;
  const ofPlugins = await Promise.all(plugins.map((plugin) => specsOf(plugin, names, context)));
  const all = [...ofPlugins.flat(), ...(await declared(inputs, names, context))];
  const namesOf = (spec: ServerSpec | Faulty): readonly string[] =>
    "server" in spec ? [spec.owner, spec.server.id] : [spec.owner, ...spec.servers];
  const unknown = names.filter((name) => !all.some((spec) => namesOf(spec).includes(name)));
  if (unknown.length > 0)
    throw new AtkError(
      "E_PLUGIN_NOT_FOUND",
      `there is no server or plugin named ${unknown.join(", ")} in the manifest`,
    );
  const chosen = all.filter((spec) => names.length === 0 || namesOf(spec).some((name) => names.includes(name)));
  const place = { manifest: inputs.manifest, lock: inputs.lock, lockFile: context.workspace.lockFile };
  return Promise.all(chosen.map((spec) => ("server" in spec ? pinned(guarded(spec, place), loaded, context) : spec)));
}

function guarded(spec: ServerSpec, place: GuardPlace): ServerSpec {
  const guard = guardOf({ owner: spec.owner, id: spec.server.id }, place);
  return guard === undefined ? spec : { ...spec, guard };
}

/** A fault of one server's program stays its own. What cannot be started yet is not installed either. */
async function pinned(spec: ServerSpec, loaded: LoadedServers, context: Context): Promise<ServerSpec | Faulty> {
  if (spec.missing.length > 0) return spec;
  try {
    const { startPinned } = await import("./pins/start-pinned.ts");
    return await startPinned(spec, loaded, context);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    return { owner: spec.owner, servers: [spec.server.id], fault: error };
  }
}

export interface Faulty {
  readonly owner: string;
  /** Ids of its servers, as far as they are known. */
  readonly servers: readonly string[];
  readonly fault: AtkError;
}

/** A fault of one plugin stays its own. */
async function specsOf(
  plugin: LoadedPlugin,
  names: readonly string[],
  context: Context,
): Promise<readonly (ServerSpec | Faulty)[]> {
  const owner = plugin.entry.name;
  if ("fault" in plugin) return [{ owner, servers: [], fault: plugin.fault }];
  if (!plugin.entry.enabled) return [];
  const ids = plugin.definition.plugin.servers.map(({ id }) => id);
  if (!isAllowed(plugin)) return [{ owner, servers: ids, fault: notApproved(plugin) }];
  try {
    return await pluginSpecs(plugin, context, await keptValues(plugin, isMeant([owner, ...ids], names), context));
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    return [{ owner, servers: ids, fault: error }];
  }
}

/** Only for what was asked for values are looked up: another one's password manager is nobody's business now. */
function isMeant(own: readonly string[], names: readonly string[]): boolean {
  return names.length === 0 || own.some((name) => names.includes(name));
}

function declared(
  { manifest }: Inputs,
  names: readonly string[],
  context: Context,
): Promise<readonly (ServerSpec | Faulty)[]> {
  const at = { directory: context.workspace.directory, variables: context.host.machine.env };
  const enabled = Object.entries(manifest.servers).filter(([, declaration]) => declaration.enabled);
  return Promise.all(
    enabled.map(async ([id, declaration]): Promise<ServerSpec | Faulty> => {
      try {
        const kept = isMeant([id], names) ? await keptOf(declaration, context) : {};
        return declaredSpec(id, declaration, { ...at, kept });
      } catch (error) {
        if (error instanceof AtkError) return { owner: id, servers: [id], fault: error };
        throw error;
      }
    }),
  );
}

async function keptOf(declaration: ServerDeclaration, context: Context): Promise<Readonly<Record<string, string>>> {
  const written = valuesOf(declaration);
  if (!hasKept(written)) return {};
  const { lookUp } = await import("./secrets.ts");
  const found = Object.entries(written).map(async ([name, value]) => {
    const kept = keptBy(value);
    return kept === undefined ? [] : [[name, await lookUp(kept, context)] as const];
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}
