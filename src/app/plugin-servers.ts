import { relative } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Server, Value } from "../core/server.ts";
import { resolvePluginServer, type ResolvedServer } from "../manifest/resolve-server.ts";
import { substitute } from "../manifest/substitute.ts";
import type { Context } from "./context.ts";
import { pluginVariables, type GoodPlugin, type PluginVariables } from "./plugin-env.ts";

/** A plugin's servers as its clients can be told about them. Nothing in them is secret. */
export async function pluginServers(plugin: GoodPlugin, context: Context): Promise<readonly ResolvedServer[]> {
  return resolved(plugin, await pluginVariables(plugin, context, portable(plugin, context)));
}

function resolved(plugin: GoodPlugin, { environment }: PluginVariables): readonly ResolvedServer[] {
  const { servers, envVars } = plugin.definition.plugin;
  return servers.map((server) => refuseSecretWords(plugin, resolvePluginServer({ server, envVars, environment })));
}

/** A project's files are shared, so its plugins are named relative to it: clients start a project's servers there. */
function portable({ directory }: GoodPlugin, { workspace }: Context): string | undefined {
  if (workspace.scope === "user") return undefined;
  return relative(workspace.directory, directory).replaceAll("\\", "/");
}

export interface StartableServer {
  readonly server: Server;
  /** Values in clear, for the environment of the process and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}

/** The same servers as they are really started: values looked up now. Never for showing or writing. */
export async function startableServers(plugin: GoodPlugin, context: Context): Promise<readonly StartableServer[]> {
  const variables = await pluginVariables(plugin, context);
  return resolved(plugin, variables).map(({ server, missing }) => startable(server, [...missing, ...variables.missing], variables));
}

function startable(server: Server, missing: readonly string[], variables: PluginVariables): StartableServer {
  const names = [...new Set(missing)];
  if (server.transport !== "stdio") return { server: withHeaders(server, variables), env: {}, missing: names };
  return { server, env: inClear(server.env, variables), missing: names };
}

type RemoteServer = Exclude<Server, { transport: "stdio" }>;

function withHeaders(server: RemoteServer, variables: PluginVariables): Server {
  return { ...server, url: expand(server.url, variables), headers: inClear(server.headers, variables) };
}

function inClear(values: Readonly<Record<string, Value>>, variables: PluginVariables): Readonly<Record<string, string>> {
  const clear: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const found = typeof value === "string" ? expand(value, variables) : (variables.value(value.env) ?? variables.value(name));
    if (found !== undefined) clear[name] = found;
  }
  return clear;
}

function expand(text: string, variables: PluginVariables): string {
  return substitute(text, variables.value);
}

/** The words of a command line can be read by every process on the machine. */
function refuseSecretWords({ entry, directory }: GoodPlugin, found: ResolvedServer): ResolvedServer {
  const word = found.embedded.find((each) => each.in === "args" || each.in === "command");
  if (word === undefined || !found.secrets.includes(word.name)) return found;
  throw new AtkError("E_PLUGIN_INVALID", `${entry.name}: the secret ${word.name} would stand in the command line of ${found.server.id}, where every process can read it`, {
    at: { file: directory },
    hint: `pass it in the environment: custom/overrides.yaml can change mcp.args and mcp.env`,
  });
}
