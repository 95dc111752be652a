import { relative } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Server, Value } from "../core/server.ts";
import { resolvePluginServer, type ResolvedServer } from "../manifest/resolve-server.ts";
import { substitute } from "../manifest/substitute.ts";
import type { Context } from "./context.ts";
import {
  describeVariables,
  type DescribedPlugin,
  type GoodPlugin,
  type Kept,
  type PluginVariables,
  type Surroundings,
} from "./plugin-env.ts";
import { pluginVariables } from "./plugin-variables.ts";

/** A plugin's servers as its clients can be told about them. Nothing in them is secret. */
export async function pluginServers(plugin: GoodPlugin, context: Context): Promise<readonly ResolvedServer[]> {
  const variables = await pluginVariables(plugin, context, { writtenAs: portable(plugin, context) });
  const asked = askedFor(plugin);
  const { environment } = variables;
  const isInherited = (name: string): boolean => asked.has(name) || environment.isInherited?.(name) === true;
  const found = resolved(plugin, { ...variables, environment: { ...environment, isInherited } });
  // Agents that cannot ask get the launcher for these too.
  return found.map((each) => ({
    ...each,
    secrets: [...new Set([...each.secrets, ...each.references.filter((name) => asked.has(name))])],
  }));
}

/** `secrets: prompts`: declared secrets need no value here, clients ask for them. */
export function askedFor({ entry, definition }: GoodPlugin): ReadonlySet<string> {
  if (entry.secrets !== "prompts") return new Set();
  return new Set(definition.plugin.envVars.filter(({ secret }) => secret).map(({ name }) => name));
}

function resolved(plugin: DescribedPlugin, { environment }: PluginVariables): readonly ResolvedServer[] {
  const { servers, envVars } = plugin.definition.plugin;
  return servers.map((server) => refuseSecretWords(plugin, resolvePluginServer({ server, envVars, environment })));
}

/** A project's files are shared, so its plugins are named relative to it: clients start a project's servers there. */
function portable({ directory }: GoodPlugin, { workspace }: Context): string | undefined {
  if (workspace.scope === "user") return undefined;
  return relative(workspace.directory, directory).replaceAll("\\", "/");
}

/**
 * The servers with their secrets in clear, for a user who wants it so. What the environment has stays a reference.
 * @throws AtkError E_SECRET_IN_GIT in a project, whose files are shared; E_ENV when a value cannot be had
 */
export async function inlineServers(plugin: GoodPlugin, context: Context): Promise<readonly ResolvedServer[]> {
  refuseShared(plugin.entry.name, context);
  const variables = await pluginVariables(plugin, context, { lookUp: true });
  return resolved(plugin, variables).map((found) => ({
    ...found,
    server: inline(found, variables),
    secrets: [],
    embedded: [],
  }));
}

/** @throws AtkError E_SECRET_IN_GIT */
export function refuseShared(owner: string, { workspace }: Context): void {
  if (workspace.scope === "user") return;
  throw new AtkError("E_SECRET_IN_GIT", `${owner}: a project's files are committed, so secrets cannot stand in them`, {
    at: { file: workspace.manifestFile },
    hint: "take `secrets: inline` out of the entry",
  });
}

function inline({ server, secrets, embedded }: ResolvedServer, variables: PluginVariables): Server {
  const held = new Set([...secrets, ...embedded.map(({ name }) => name)]);
  const text = (value: string): string =>
    substitute(value, (name) => (held.has(name) ? variables.lookUp({ env: name }) : undefined));
  const values = (written: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
    Object.fromEntries(
      Object.entries(written).map(([name, value]) => {
        if (typeof value === "string") return [name, text(value)];
        return [name, held.has(value.env) ? (variables.lookUp(value) ?? value) : value];
      }),
    );
  if (server.transport !== "stdio") return { ...server, url: text(server.url), headers: values(server.headers) };
  return { ...server, env: values(server.env) };
}

export interface StartableServer {
  readonly server: Server;
  /** Values in clear, for the environment of the process and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}

/** The same servers as they are really started: values looked up now. Never for showing or writing. */
export async function startableServers(
  plugin: DescribedPlugin,
  surroundings: Surroundings,
  kept?: Kept,
): Promise<readonly StartableServer[]> {
  const variables = await describeVariables(plugin, surroundings, kept === undefined ? {} : { kept });
  return resolved(plugin, variables).map((found) => startable(found, variables));
}

function startable({ server, embedded, missing }: ResolvedServer, variables: PluginVariables): StartableServer {
  const names = [...new Set([...missing, ...variables.missing])];
  const inTexts = new Set(embedded.map(({ name }) => name));
  // Whatever else looks like a reference is part of a value: a `$` in a password is a `$`.
  const expand: Expand = (text) =>
    substitute(text, (name) => (inTexts.has(name) ? variables.lookUp({ env: name }) : undefined));
  if (server.transport !== "stdio") {
    return {
      server: { ...server, url: expand(server.url), headers: inClear(server.headers, expand, variables) },
      env: {},
      missing: names,
    };
  }
  const env = inClear(server.env, expand, variables);
  return { server: { ...server, env: { ...server.env, ...env } }, env, missing: names };
}

type Expand = (text: string) => string;

function inClear(
  values: Readonly<Record<string, Value>>,
  expand: Expand,
  variables: PluginVariables,
): Readonly<Record<string, string>> {
  const clear = Object.entries(values).flatMap(([name, value]) => {
    const found = typeof value === "string" ? expand(value) : variables.lookUp(value);
    return found === undefined ? [] : [[name, found] as const];
  });
  return Object.fromEntries(clear);
}

/** The words of a command line can be read by every process on the machine. */
function refuseSecretWords({ entry, directory, definition }: DescribedPlugin, found: ResolvedServer): ResolvedServer {
  const declared = definition.plugin.envVars.filter((variable) => variable.secret).map((variable) => variable.name);
  const secrets = new Set([...found.secrets, ...declared]);
  const word = found.embedded.find((each) => (each.in === "args" || each.in === "command") && secrets.has(each.name));
  if (word === undefined) return found;
  throw new AtkError(
    "E_PLUGIN_INVALID",
    `${entry.name}: the secret ${word.name} would stand in the command line of ${found.server.id}, where every process can read it`,
    {
      at: { file: directory },
      hint: `pass it in the environment: custom/overrides.yaml can change mcp.args and mcp.env`,
    },
  );
}
