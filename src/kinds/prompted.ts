import type { McpSupport } from "../clients/client.ts";
import type { Resource } from "../core/resource.ts";
import type { Server, Value } from "../core/server.ts";
import type { ServerWiring } from "./mcp-server.ts";

export interface Worded {
  readonly wiring: ServerWiring;
  readonly mcp: McpSupport;
  /** Values that the client asks for itself, by the id of the question; the name of the variable. */
  readonly asked: ReadonlyMap<string, string>;
}

/** `secrets: prompts` for one client: where it can ask, references become questions of its own; else it gets the launcher. */
export function inItsWords(wiring: ServerWiring, mcp: McpSupport): Worded {
  const asked = new Map<string, string>();
  if (wiring.secretsIn !== "prompts") return { wiring, mcp, asked };
  if (mcp.prompts === undefined) return { wiring: { ...wiring, secretsIn: "launcher" }, mcp, asked };
  const { id } = wiring.server;
  const ask = (value: Value): Value => {
    if (typeof value === "string") return value;
    // No id of a server has an underscore, so no two servers share a question.
    const question = `atk_${id}_${value.env}`;
    asked.set(question, value.env);
    return { ...value, env: question };
  };
  const server = withValues(wiring.server, ask);
  const words = { ...mcp.prompts, check: checkedByVariable(mcp.prompts, asked) };
  return { wiring: { ...wiring, server, secretsIn: "references" }, mcp: { ...mcp, ...words }, asked };
}

/** The names of variables are checked, like those of any other reference, and not what questions are called. */
function checkedByVariable(
  { check }: Pick<McpSupport, "check">,
  asked: Worded["asked"],
): NonNullable<McpSupport["check"]> {
  const back = (value: Value): Value =>
    typeof value === "string" ? value : { ...value, env: asked.get(value.env) ?? value.env };
  return (server, scope) => check?.(withValues(server, back), scope) ?? [];
}

function withValues(server: Server, change: (value: Value) => Value): Server {
  const changed = (values: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
  if (server.transport === "stdio") return { ...server, env: changed(server.env) };
  return { ...server, headers: changed(server.headers) };
}

/** The client's questions, an entry each, beside the server's own. */
export function inputsOf({ wiring, mcp, asked }: Worded, agent: string, file: string): readonly Resource[] {
  const { prompts } = mcp;
  if (prompts === undefined) return [];
  return [...asked].map(([id, name]) => ({
    address: `mcp_server.${wiring.server.id} input ${name}@${agent}`,
    noun: "mcp_server",
    owner: wiring.owner,
    agents: [agent],
    locator: { kind: "fragment", file, format: mcp.format, at: [...prompts.inputs, { by: "id", is: id }] },
    content: { kind: "fragment", value: prompts.input(id, `${name} of ${wiring.server.id}`) },
    shape: { id: `${agent} inputs`, owned: prompts.inputKeys, defaults: {} },
    followsLinks: mcp.followsLinks ?? true,
    summary: `the client asks for ${name} when it is needed first, and keeps it`,
  }));
}
