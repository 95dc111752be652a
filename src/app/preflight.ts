import type { Change } from "../core/plan.ts";
import type { Noun } from "../core/resource.ts";
import { keptBy } from "../manifest/kept-value.ts";
import type { ServerDeclaration } from "../manifest/manifest.ts";
import type { Context } from "./context.ts";
import { valuesOf } from "./declared-server.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { askedFor } from "./plugin-servers.ts";
import { pluginVariables } from "./plugin-variables.ts";
import { setupHint } from "./setup/setup-hint.ts";

type Problem = NonNullable<Change["problem"]>;

/**
 * What a plugin lacks on this machine; undefined when it could start. Asked before anything of it is written. An install command may
 * bring the very programs that are lacking, so `only` that needs the variables alone.
 */
export async function preflightPlugin(plugin: GoodPlugin, context: Context, only?: Noun): Promise<Problem | undefined> {
  const { lifecycle, service } = plugin.definition.plugin;
  // What atk itself starts has nobody to ask.
  const asked = (lifecycle.install ?? lifecycle.start ?? service) ? new Set() : askedFor(plugin);
  const missing = (await pluginVariables(plugin, context)).missing.filter((name) => !asked.has(name));
  if (missing.length > 0) return missingVariables(plugin, missing);
  if (only === "install") return undefined;
  const { servers, ports } = plugin.definition.plugin;
  for (const server of servers) {
    if (server.transport !== "stdio") continue;
    const problem = await preflightCommand(server.command, context);
    if (problem !== undefined) return problem;
  }
  return ports.length === 0 ? undefined : takenPort(plugin, context);
}

/** The same for an entry of `mcp_servers`. */
export async function preflightServer(declared: ServerDeclaration, context: Context): Promise<Problem | undefined> {
  const unset =
    declared.secrets === "references" || declared.secrets === "prompts" ? [] : await unsetSecrets(declared, context);
  if (unset.length > 0) return missingSecrets(unset);
  return "command" in declared ? preflightCommand(declared.command, context) : undefined;
}

/** Names in the home's own store that have no value there. */
async function unsetSecrets(declared: ServerDeclaration, context: Context): Promise<readonly string[]> {
  const kept = Object.values(valuesOf(declared)).flatMap((value) => keptBy(value) ?? []);
  const named = kept.filter((value) => "secret" in value);
  if (named.length === 0) return [];
  const { isThere } = await import("./secrets.ts");
  const there = await Promise.all(named.map((value) => isThere(value, context)));
  return [...new Set(named.filter((_, at) => there[at] === false).map((value) => value.secret))].sort();
}

function missingSecrets(names: readonly string[]): Problem {
  return {
    code: "E_ENV",
    message: `${names.join(", ")} ${names.length === 1 ? "has" : "have"} no value among the secrets of the home`,
    hint: `${names.map((name) => `atk secret set ${name}`).join(" and ")}; --no-checks goes on without it`,
  };
}

/** A program that is not on PATH. Paths and texts with variables are the plugin's own and looked up when it starts. */
export async function preflightCommand(command: string, context: Context): Promise<Problem | undefined> {
  if (/[$/\\]/.test(command) || (await find(command, context)) !== undefined) return undefined;
  return {
    code: "E_PROGRAM",
    message: `the program '${command}' is not on PATH, so the server could not start`,
    hint: `${INSTALL[command] ?? `install ${command}`}; --no-checks goes on without it`,
  };
}

const found = new WeakMap<Context, Map<string, Promise<string | undefined>>>();

/** Many servers are started by the same program: PATH is searched once for each. */
function find(command: string, context: Context): Promise<string | undefined> {
  const known = found.get(context) ?? new Map<string, Promise<string | undefined>>();
  found.set(context, known);
  const search = known.get(command) ?? context.host.programs.find(command);
  known.set(command, search);
  return search;
}

const INSTALL: Readonly<Record<string, string>> = {
  npx: "install Node.js (https://nodejs.org)",
  node: "install Node.js (https://nodejs.org)",
  uvx: "install uv (https://docs.astral.sh/uv)",
  uv: "install uv (https://docs.astral.sh/uv)",
  docker: "install Docker (https://docs.docker.com/engine/install)",
};

function missingVariables({ entry }: GoodPlugin, missing: readonly string[]): Problem {
  return {
    code: "E_ENV",
    message: `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} required and not set`,
    hint: setupHint(entry.name),
  };
}

/** A port that the plugin's own service holds is no conflict. */
async function takenPort(plugin: GoodPlugin, context: Context): Promise<Problem | undefined> {
  const { takenPorts } = await import("./service-checks.ts");
  const [first] = await takenPorts(plugin, context);
  return first === undefined ? undefined : { code: "E_PORT", ...first };
}
