import { AtkError } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Locator, Resource } from "../core/resource.ts";
import type { Server, Value } from "../core/server.ts";
import type { PluginEntry, SecretsIn } from "../manifest/manifest.ts";
import { compileServer } from "../kinds/mcp-server.ts";
import { serverOf } from "./declared-server.ts";
import type { Context } from "./context.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { loadPlugins } from "./load-plugins.ts";
import { pluginServers } from "./plugin-servers.ts";
import { createScene } from "./scene.ts";
import type { ToolWish } from "../kinds/native-tools.ts";
import { recordedIn } from "./tools/tool-records.ts";
import { toolWish } from "./tools/tool-wish.ts";

export interface PrintRequest {
  readonly name: string;
  /** A client's own spelling; absent: the plain `command`, `args`, `env` most documentation shows. */
  readonly client: string | undefined;
}

export interface Printed {
  /** Entries by server id. */
  readonly data: JsonObject;
  readonly text: string;
  readonly warnings: readonly string[];
}

interface Known {
  readonly server: Server;
  readonly secrets: readonly string[];
  readonly missing: readonly string[];
  readonly tools: ToolWish;
  readonly secretsIn: SecretsIn;
}

/** An entry for copy and paste. @throws AtkError E_PLUGIN_NOT_FOUND, E_PLUGIN_INVALID when it has no MCP server */
export async function printEntries(request: PrintRequest, context: Context): Promise<Printed> {
  const inputs = await readInputs(context);
  const servers = await serversOf(request.name, inputs, context);
  if (servers.length === 0) throw new AtkError("E_PLUGIN_INVALID", `${request.name} has no MCP server`);
  const warnings = servers.flatMap(({ missing }) => missing.map((name) => `${name} is not set`));
  return request.client === undefined
    ? plain(servers, warnings)
    : spelled(servers, request.client, { inputs, context, warnings });
}

async function serversOf(name: string, inputs: Inputs, context: Context): Promise<readonly Known[]> {
  const declared = inputs.manifest.servers[name];
  if (declared !== undefined) {
    const recorded = recordedIn(inputs.lock, { owner: name, id: name });
    const tools = await toolWish(declared, { id: name, recorded }, context);
    return [{ ...serverOf(name, declared), missing: [], tools, secretsIn: declared.secrets }];
  }
  const entry = inputs.manifest.plugins.find((each) => each.name === name);
  if (entry === undefined) return oneServer(name, inputs, context);
  return serversOfPlugin(entry, inputs, context);
}

/** One of several servers of a plugin, by the id that agents see: PLUGIN-ID. */
async function oneServer(id: string, inputs: Inputs, context: Context): Promise<readonly Known[]> {
  const owners = inputs.manifest.plugins.filter((each) => id.startsWith(`${each.name}-`));
  const servers = await Promise.all(owners.map((entry) => serversOfPlugin(entry, inputs, context)));
  const found = servers.flat().filter(({ server }) => server.id === id);
  if (found.length === 0)
    throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no plugin or server ${JSON.stringify(id)} in the manifest`);
  return found;
}

async function serversOfPlugin(entry: PluginEntry, inputs: Inputs, context: Context): Promise<readonly Known[]> {
  const only = { ...inputs, manifest: { ...inputs.manifest, plugins: [entry] } };
  const [plugin] = await loadPlugins(only, { readOnly: true }, context);
  if (plugin === undefined) return [];
  if ("fault" in plugin) throw plugin.fault;
  const servers = await pluginServers(plugin, context);
  return Promise.all(
    servers.map(async (found) => {
      const { id } = found.server;
      const tools = await toolWish(entry, { id, recorded: plugin.locked.tools?.[id] }, context);
      return { ...found, tools, secretsIn: entry.secrets };
    }),
  );
}

function plain(servers: readonly Known[], warnings: readonly string[]): Printed {
  const data = Object.fromEntries(servers.map(({ server, missing }) => [server.id, entryOf(server, missing)]));
  const open = servers.filter(({ tools }) => tools.guard === true || tools.filter !== undefined);
  const unkept = open.map(
    ({ server: { id } }) =>
      `whoever starts ${id} like this gets all its tools, unguarded; --client ID prints what keeps to the manifest`,
  );
  return { data, text: JSON.stringify(data, undefined, 2), warnings: [...warnings, ...unkept] };
}

function entryOf(server: Server, missing: readonly string[]): Json {
  if (server.transport !== "stdio") {
    const headers = shown(server.headers, []);
    return { type: server.transport, url: server.url, ...(Object.keys(headers).length === 0 ? {} : { headers }) };
  }
  const env = shown(server.env, missing);
  return {
    command: server.command,
    ...(server.args.length === 0 ? {} : { args: server.args }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
  };
}

function shown(values: Readonly<Record<string, Value>>, missing: readonly string[]): Record<string, string> {
  const set = Object.entries(values).map(
    ([name, value]) => [name, typeof value === "string" ? value : `${value.prefix ?? ""}\${${value.env}}`] as const,
  );
  return { ...Object.fromEntries(set), ...Object.fromEntries(missing.map((name) => [name, "<NOT_SET>"])) };
}

interface Spelling {
  readonly inputs: Inputs;
  readonly context: Context;
  readonly warnings: readonly string[];
}

async function spelled(
  servers: readonly Known[],
  client: string,
  { inputs, context, warnings }: Spelling,
): Promise<Printed> {
  const manifest = { ...inputs.manifest, agents: [client] };
  const { scene } = await createScene({ ...inputs, manifest }, context);
  if (scene.agents[client] === undefined)
    throw new AtkError("E_USAGE", `atk knows no client '${client}'`, { hint: "see docs/clients.md for the ids" });
  const compiled = servers.map(({ server, secrets, tools, secretsIn: way }) => {
    // Nothing is printed in clear, not even what is written so.
    const secretsIn = way === "inline" ? "launcher" : way;
    return compileServer({ owner: server.id, server, secrets, agents: [client], tools, secretsIn }, scene);
  });
  const refusal = compiled.flatMap((each) => each.refusals)[0];
  if (refusal !== undefined) throw new AtkError("E_MANIFEST", refusal.problem.message, { hint: refusal.problem.hint });
  const pieces = compiled.flatMap(({ resources }) => resources.flatMap(pieceOf));
  // The first of each is the server itself; what follows are the client's questions.
  const entries = compiled.flatMap(({ resources }) => resources.slice(0, 1).flatMap(pieceOf));
  const data = Object.fromEntries(entries.map(({ id, value }) => [id, value]));
  const remarks = compiled.flatMap((each) => each.notices.map((notice) => notice.message));
  return { data, text: await inFormat(pieces), warnings: [...warnings, ...remarks] };
}

interface Piece {
  readonly locator: Extract<Locator, { kind: "fragment" }>;
  readonly id: string;
  readonly value: Json;
}

function pieceOf({ content, locator }: Resource): readonly Piece[] {
  const last = locator.kind === "fragment" ? locator.at.at(-1) : undefined;
  if (content.kind !== "fragment" || locator.kind !== "fragment" || last === undefined) return [];
  return [{ locator, id: typeof last === "string" ? last : last.is, value: content.value }];
}

/** As it would stand in an otherwise empty file of the client. */
async function inFormat(pieces: readonly Piece[]): Promise<string> {
  const [first] = pieces;
  if (first === undefined) return JSON.stringify({}, undefined, 2);
  const { loadEditor } = await import("../primitives/load-format.ts");
  const editor = await loadEditor(first.locator.format);
  const edits = pieces.map(({ locator, value }) => ({ op: "set", at: locator.at, value }) as const);
  return editor.edit({ text: "", edits, made: {}, file: "(new)" }).text.trimEnd();
}
