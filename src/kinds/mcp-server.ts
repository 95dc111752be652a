import type { McpSupport } from "../clients/client.ts";
import type { JsonObject } from "../core/json.ts";
import type { Key, Resource, Shape } from "../core/resource.ts";
import type { Server } from "../core/server.ts";
import { nativeTools, type ToolWish } from "./native-tools.ts";
import { inItsWords, inputsOf } from "./prompted.ts";
import type { Compiled, Refusal, Remark, Scene } from "./scene.ts";

export interface ServerWiring {
  readonly owner: string;
  readonly server: Server;
  /** Names of variables whose values are secret: such an entry goes through atk's launcher. */
  readonly secrets: readonly string[];
  /** Names of variables that stand inside its texts: only the launcher replaces them there. */
  readonly embedded?: readonly string[];
  /** It is on this machine, exactly as locked: clients of a user start it from there, through atk. */
  readonly fromStore?: boolean;
  readonly agents: readonly string[];
  /** launcher: clients start atk, which looks secrets up. references: the client's own words for a variable. Default: launcher. */
  readonly secretsIn?: "launcher" | "references" | "prompts" | "inline";
  readonly tools?: ToolWish;
}

/** One MCP server as a fragment for each client that can have it. Pure. */
export function compileServer(wiring: ServerWiring, scene: Scene): Compiled {
  const resources: Resource[] = [];
  const refusals: Refusal[] = [];
  const notices: Remark[] = [];
  for (const agent of wiring.agents) {
    const outcome = wire(wiring, agent, scene);
    if ("problem" in outcome) refusals.push(outcome);
    else if ("message" in outcome) notices.push(outcome);
    else resources.push(...outcome);
  }
  return { resources, refusals, notices };
}

function wire(given: ServerWiring, agent: string, scene: Scene): readonly Resource[] | Refusal | Remark {
  const wired = scene.agents[agent];
  const support = wired?.client.mcp;
  const remark = { agent, owner: given.owner };
  if (wired === undefined || support === undefined)
    return { ...remark, message: `${agent} has no MCP configuration file` };
  const worded = inItsWords(given, support);
  const { wiring, mcp } = worded;
  if (wired.mcpFile === undefined) {
    return {
      ...remark,
      message: `${wired.client.name} has no ${scene.scope} file for MCP servers here; ${wiring.server.id} is left out`,
    };
  }
  const tools = nativeTools(wiring.tools ?? {}, toolKeys(mcp, scene));
  const { server: started, reasons } = withLauncher(wiring, { mcp, tools }, scene);
  const server = onPlatform(started, scene);
  if (!mcp.transports.includes(server.transport)) {
    return {
      ...remark,
      message: `${wired.client.name} does not speak ${wiring.server.transport}; ${wiring.server.id} is left out`,
    };
  }
  const faults = faultsOf(server, mcp, scene);
  if (faults.length > 0) return refuse(wiring, agent, faults);
  const file = wired.mcpFile;
  const own = { agent, mcp, server, reasons, tools: reasons === undefined ? tools : {}, file };
  const questions = reasons === undefined ? inputsOf(worded, agent, file) : [];
  return [fragmentFor(wiring, own, scene), ...questions];
}

interface Wire {
  readonly agent: string;
  readonly mcp: McpSupport;
  readonly server: Server;
  /** Why it goes through the launcher; undefined: it does not. */
  readonly reasons: readonly string[] | undefined;
  /** The client's own words for which tools it may use. */
  readonly tools: JsonObject | undefined;
  readonly file: string;
}

/** Which keys of an entry name tools, where they may be used. */
function toolKeys({ tools }: McpSupport, { scope }: Scene): McpSupport["tools"] {
  return tools?.scopes?.includes(scope) === false ? undefined : tools;
}

function fragmentFor(wiring: ServerWiring, wire: Wire, scene: Scene): Resource {
  const { agent, mcp, server, file, tools = {} } = wire;
  const spelled = { ...mcp.spell(server, scene.scope), ...tools };
  const item: Key = mcp.item === undefined ? server.id : { by: mcp.item.by, is: server.id };
  return {
    address: addressOf(server.id, agent),
    noun: "mcp_server",
    owner: wiring.owner,
    agents: [agent],
    locator: { kind: "fragment", file, format: mcp.format, at: [...mcp.root, item] },
    content: { kind: "fragment", value: spelled },
    shape: shapeOf(agent, mcp, tools),
    followsLinks: mcp.followsLinks ?? true,
    ...(wiring.secretsIn === "inline" ? { sealed: true } : {}),
    summary: summaryOf(wiring, wire, scene),
  };
}

/** The keys that name tools are atk's where it writes them; elsewhere they are the user's own. */
function shapeOf(agent: string, { owned, defaults = {} }: McpSupport, tools: JsonObject): Shape {
  const more = Object.keys(tools).filter((key) => !owned.includes(key));
  if (more.length === 0) return { id: agent, owned, defaults };
  return { id: `${agent} with ${more.join(", ")}`, owned: [...owned, ...more], defaults };
}

function addressOf(id: string, agent: string): string {
  return `mcp_server.${id}@${agent}`;
}

function faultsOf(server: Server, mcp: McpSupport, { scope }: Scene): readonly string[] {
  return mcp.check?.(server, scope) ?? [];
}

function refuse(wiring: ServerWiring, agent: string, faults: readonly string[]): Refusal {
  const { server, owner } = wiring;
  return {
    address: addressOf(server.id, agent),
    noun: "mcp_server",
    owner,
    agents: [agent],
    problem: {
      code: "E_MANIFEST",
      message: `${agent} would not accept this entry: ${faults.join("; ")}`,
      hint: `leave ${agent} out: give ${owner} an \`agents\` list without ${agent} in the manifest`,
    },
  };
}

/**
 * An entry that needs a secret starts atk, which looks the secret up when the client starts the server; a server that is reached
 * by URL is spoken to by atk then. So is one that refers to a variable in a way this client has no words for: it would send the
 * reference itself.
 */
function withLauncher(
  wiring: ServerWiring,
  { mcp, tools }: Pick<Wire, "mcp" | "tools">,
  scene: Scene,
): { readonly server: Server; readonly reasons: readonly string[] | undefined } {
  const { server, secrets, embedded = [], secretsIn = "launcher", tools: wish = {} } = wiring;
  const values = Object.values(server.transport === "stdio" ? server.env : server.headers);
  const refers = embedded.length > 0 || values.some((value) => typeof value !== "string");
  const held = secretsIn === "launcher" && secrets.length > 0;
  const unspeakable =
    refers && ((server.transport === "stdio" && embedded.length > 0) || faultsOf(server, mcp, scene).length > 0);
  const watched = [...(wish.guard === true ? ["guard"] : []), ...(tools === undefined ? ["tools"] : [])];
  const stored = startsFromStore(wiring, scene);
  if (!held && !unspeakable && !stored && watched.length === 0) return { server, reasons: undefined };
  const [command = "atk", ...args] = scene.launcher;
  const scope = scene.scope === "user" ? ["-g"] : [];
  const launched = { command, args: [...args, "mcp", "run", ...scope, server.id], env: {} };
  return {
    server: { id: server.id, transport: "stdio", ...launched },
    reasons: [...new Set([...secrets, ...embedded]), ...watched],
  };
}

/** A project's file is shared with people who have no atk; values that clients look up themselves stay theirs. */
function startsFromStore({ server, fromStore, secretsIn = "launcher" }: ServerWiring, { scope }: Scene): boolean {
  if (fromStore !== true || scope !== "user" || server.transport !== "stdio") return false;
  const isPlain = Object.values(server.env).every((value) => typeof value === "string");
  return secretsIn === "launcher" || (secretsIn === "references" && isPlain);
}

const BATCH_FILES = new Set(["npx", "npm", "pnpm", "yarn", "bunx"]);

/** Windows starts no batch file by its bare name: such a command goes through cmd /c. */
function onPlatform(server: Server, scene: Scene): Server {
  if (scene.machine.platform !== "windows" || server.transport !== "stdio" || !BATCH_FILES.has(server.command))
    return server;
  return { ...server, command: "cmd", args: ["/c", server.command, ...server.args] };
}

function summaryOf(wiring: ServerWiring, wire: Wire, scene: Scene): string {
  const { server, secretsIn, tools: wish } = wiring;
  const { reasons, agent } = wire;
  if (secretsIn === "inline" && reasons === undefined) return `${server.id}, with its secrets in clear`;
  const line = server.transport !== "stdio" ? server.url : [server.command, ...server.args].join(" ");
  const kept = wish?.filter === undefined ? "" : reasons === undefined ? `; ${agent} itself keeps to its tools` : "";
  const names = reasons ?? [];
  const stored = startsFromStore(wiring, scene) ? ["from the store"] : [];
  const why = [...stored, ...(names.length === 0 ? [] : [names.join(", ")])].join("; ");
  return why === "" ? `${line}${kept}` : `${line} (through atk mcp run: ${why})${kept}`;
}
