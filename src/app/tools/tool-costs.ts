import { AtkError } from "../../core/errors.ts";
import { isAllowed } from "../../tools/tool-filter.ts";
import { sumTokens } from "../../tools/sum-tokens.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import type { KnownServer } from "./known-servers.ts";
import { readRecord } from "./tool-records.ts";

/** What the tools of a server take of an agent's context, as they were recorded and as far as they are let through. */
export interface ToolCost {
  readonly id: string;
  readonly owner: string;
  readonly agents: readonly string[];
  readonly count: number;
  readonly tokens: number;
}

/** The costs of all servers that were recorded. The lock has the sums; only where tools are left out the texts are read. */
export async function toolCosts(
  servers: readonly KnownServer[],
  inputs: Inputs,
  context: Context,
): Promise<readonly ToolCost[]> {
  const found = servers.map(async (server): Promise<readonly ToolCost[]> => {
    const { id, owner, agents, recorded } = server;
    if (recorded === undefined) return [];
    const { count, tokens } = (await filteredCost(server, inputs, context)) ?? recorded;
    return [{ id, owner, agents, count, tokens }];
  });
  return (await Promise.all(found)).flat();
}

async function filteredCost(
  server: KnownServer,
  inputs: Inputs,
  context: Context,
): Promise<Pick<ToolCost, "count" | "tokens"> | undefined> {
  const { filter } = server;
  if (filter === undefined) return undefined;
  try {
    const record = await readRecord(inputs, server, context);
    if (record === undefined) return undefined;
    const names = record.offer.tools.map((tool) => String(tool["name"])).filter((name) => isAllowed(name, filter));
    return { count: names.length, tokens: sumTokens(record.tokens, (name) => names.includes(name)) };
  } catch (error) {
    // A record that cannot be used is told by what uses it; the sum of all tools is never too small.
    if (error instanceof AtkError) return undefined;
    throw error;
  }
}

/** `14.2k`, `900` */
export function showTokens(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${(tokens / 1000).toFixed(1)}k`;
}
