import type { Change } from "../../core/plan.ts";
import type { Remark } from "../../kinds/scene.ts";
import type { When } from "../../manifest/manifest.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import type { LoadedPlugin } from "../load-plugins.ts";
import type { Desired } from "../make-plan.ts";
import { knownServers, type KnownServer } from "./known-servers.ts";
import { showTokens, toolCosts, type ToolCost } from "./tool-costs.ts";

export interface BudgetRequest {
  readonly inputs: Inputs;
  readonly plugins: readonly LoadedPlugin[];
  readonly active: (when: When | undefined) => boolean;
}

/** What a plan says of the context that servers take, and the entries that policy.max_tool_tokens refuses. */
export async function toolBudget(
  { inputs, plugins, active }: BudgetRequest,
  context: Context,
): Promise<Pick<Desired, "limit" | "remarks">> {
  const servers = knownServers(inputs, plugins, active);
  const { maxToolTokens: most, toolsChanged } = inputs.manifest.policy;
  const unready =
    toolsChanged === "deny" ? servers.filter(({ guard, recorded }) => guard && recorded === undefined) : [];
  const costs = await toolCosts(servers, inputs, context);
  if (costs.length + unready.length === 0) return {};
  return {
    remarks: (written) => [
      ...unready.map(unrecorded),
      ...costs.flatMap((cost) => remarkOn(cost, written)),
      ...overAlready(costs, most),
    ],
    ...(most === undefined ? {} : { limit: (change) => overBudget(change, costs, most) }),
  };
}

function unrecorded({ id, owner }: KnownServer): Remark {
  const message = `${id} is guarded, but what its tools are was never recorded: agents cannot start it`;
  return { owner, message, hint: `atk mcp test --record ${id}` };
}

function remarkOn(cost: ToolCost, written: readonly Change[]): readonly Remark[] {
  const { id, owner, count, tokens } = cost;
  const own = written.filter((change) => isFor(change, cost));
  const agents = [...new Set(own.flatMap((change) => change.agents))].sort();
  if (agents.length === 0) return [];
  const sign = own.some(({ verdict }) => verdict === "create") ? "+" : "~";
  return [
    {
      owner,
      message: `${sign} ${id}: ${count} ${count === 1 ? "tool" : "tools"}, ~${showTokens(tokens)} tokens in ${agents.join(", ")}`,
    },
  ];
}

/** Entries that were there before the record or the policy are left, and said. */
function overAlready(costs: readonly ToolCost[], most: number | undefined): readonly Remark[] {
  if (most === undefined) return [];
  const agents = [...new Set(costs.flatMap((cost) => cost.agents))].sort();
  return agents
    .filter((agent) => sumIn(agent, costs) > most)
    .map((agent) => ({
      owner: biggestIn(agent, costs)[0]?.owner ?? agent,
      message: `the tools of all servers come to ~${showTokens(sumIn(agent, costs))} tokens in ${agent}, and policy.max_tool_tokens is ${most}`,
      hint: `atk tools --agent ${agent}`,
    }));
}

function biggestIn(agent: string, costs: readonly ToolCost[]): readonly ToolCost[] {
  return costs.filter(({ agents }) => agents.includes(agent)).sort((a, b) => b.tokens - a.tokens);
}

function isFor({ noun, owner, address }: Change, cost: ToolCost): boolean {
  return noun === "mcp_server" && owner === cost.owner && address.startsWith(`mcp_server.${cost.id}@`);
}

function overBudget(change: Change, costs: readonly ToolCost[], most: number): Change["problem"] {
  if (change.noun !== "mcp_server") return undefined;
  const agent = change.agents.find((each) => sumIn(each, costs) > most);
  if (agent === undefined) return undefined;
  const named = biggestIn(agent, costs)
    .slice(0, 3)
    .map(({ id, tokens }) => `${id} ~${showTokens(tokens)}`);
  const sum = `~${showTokens(sumIn(agent, costs))} tokens`;
  return {
    code: "E_POLICY",
    message: `the tools of all servers would take ${sum} in ${agent}, and policy.max_tool_tokens is ${most}; the biggest: ${named.join(", ")}`,
    hint: `atk tools --agent ${agent}, then leave tools out (tools: { allow: [...] }) or a server`,
  };
}

function sumIn(agent: string, costs: readonly ToolCost[]): number {
  return costs.reduce((sum, { agents, tokens }) => (agents.includes(agent) ? sum + tokens : sum), 0);
}
