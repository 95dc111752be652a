import { AtkError } from "../../core/errors.ts";
import { sumTokens } from "../../tools/sum-tokens.ts";
import { isAllowed } from "../../tools/tool-filter.ts";
import type { ToolRecord } from "../../tools/record-text.ts";
import type { Context } from "../context.ts";
import { clientNamed } from "../registries/supporting-agents.ts";
import { loadServers } from "../server-specs.ts";
import { testServers, type TestResult } from "../test-servers.ts";
import { knownServers, type KnownServer } from "./known-servers.ts";
import { readRecord } from "./tool-records.ts";

export interface ToolList {
  /** What tokens are counted by. */
  readonly encoding: string;
  readonly servers: readonly ServerTools[];
  /** Tokens by agent. */
  readonly agents: Readonly<Record<string, number>>;
  /** Servers of which nothing is known. */
  readonly unknown: readonly { readonly server: string; readonly reason: string }[];
}

export interface ServerTools {
  readonly server: string;
  readonly agents: readonly string[];
  /** Number of tools that the server has; those that are left out do not count in anything else. */
  readonly has: number;
  /** With its instructions. */
  readonly tokens: number;
  readonly instructions_tokens: number;
  readonly tools: readonly { readonly name: string; readonly description: string; readonly tokens: number }[];
}

export interface ToolListRequest {
  readonly names: readonly string[];
  readonly agent?: string;
  /** Ask the servers now; absent: what was recorded is shown, and nothing is started. */
  readonly live?: { readonly timeoutMs: number; readonly signal: AbortSignal };
}

type Found = { readonly server: KnownServer; readonly record: Pick<ToolRecord, "offer" | "tokens"> | string };

/** Every tool of every server with its cost. @throws AtkError E_PLUGIN_NOT_FOUND for a name that is none; E_USAGE for an agent that is none. */
export async function listTools(request: ToolListRequest, context: Context): Promise<ToolList> {
  if (request.agent !== undefined) clientNamed(request.agent);
  const { TOKEN_ENCODING } = await import("../../tools/count-tokens.ts");
  const loaded = await loadServers(context);
  const all = knownServers(loaded.inputs, loaded.plugins);
  const servers = chosen(all, request);
  const found = request.live === undefined ? await recorded() : await asked(servers, request.live, context);
  const shown = found.flatMap(({ server, record }) => (typeof record === "string" ? [] : [toolsOf(server, record)]));
  const unknown = found.flatMap(({ server, record }) =>
    typeof record === "string" ? [{ server: server.id, reason: record }] : [],
  );
  return { encoding: TOKEN_ENCODING, servers: shown, agents: byAgent(shown, request.agent), unknown };

  async function recorded(): Promise<readonly Found[]> {
    return Promise.all(
      servers.map(async (server) => ({
        server,
        record: (await readRecord(loaded.inputs, server, context)) ?? "not recorded",
      })),
    );
  }
}

function chosen(all: readonly KnownServer[], { names, agent }: ToolListRequest): readonly KnownServer[] {
  const unknown = names.filter((name) => !all.some(({ id, owner }) => id === name || owner === name));
  if (unknown.length > 0)
    throw new AtkError(
      "E_PLUGIN_NOT_FOUND",
      `there is no server or plugin named ${unknown.join(", ")} in the manifest`,
    );
  return all
    .filter(({ id, owner }) => names.length === 0 || names.includes(id) || names.includes(owner))
    .filter(({ agents }) => agent === undefined || agents.includes(agent));
}

async function asked(
  servers: readonly KnownServer[],
  live: NonNullable<ToolListRequest["live"]>,
  context: Context,
): Promise<readonly Found[]> {
  if (servers.length === 0) return [];
  const { countTokens } = await import("../../tools/count-tokens.ts");
  const results = await testServers({ names: servers.map(({ id }) => id), ...live }, context);
  return Promise.all(
    servers.map(async (server) => {
      const result = results.find((each) => each.server === server.id || each.server === server.owner);
      if (result?.ok !== true) return { server, record: reasonOf(result) };
      return { server, record: { offer: result.offer, tokens: await countTokens(result.offer) } };
    }),
  );
}

function reasonOf(result: Exclude<TestResult, { ok: true }> | undefined): string {
  return result === undefined ? "not started" : (result.reason.split("\n")[0] ?? "");
}

function toolsOf(server: KnownServer, { offer, tokens }: Pick<ToolRecord, "offer" | "tokens">): ServerTools {
  const isCounted = (name: string): boolean => isAllowed(name, server.filter ?? {});
  const tools = offer.tools.map(({ name, description = "" }) => ({
    name: String(name),
    description: String(description),
    tokens: tokens[String(name)] ?? 0,
  }));
  return {
    server: server.id,
    agents: server.agents,
    has: tools.length,
    tokens: sumTokens(tokens, isCounted),
    instructions_tokens: tokens[""] ?? 0,
    tools: tools
      .filter(({ name }) => isCounted(name))
      .sort((a, b) => b.tokens - a.tokens || (a.name < b.name ? -1 : 1)),
  };
}

function byAgent(servers: readonly ServerTools[], agent: string | undefined): ToolList["agents"] {
  const agents = [...new Set(servers.flatMap((server) => server.agents))].sort();
  const sum = (id: string): number =>
    servers.reduce((total, server) => (server.agents.includes(id) ? total + server.tokens : total), 0);
  return Object.fromEntries(agents.filter((id) => agent === undefined || id === agent).map((id) => [id, sum(id)]));
}
