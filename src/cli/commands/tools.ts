import type { ServerTools, ToolList } from "../../app/tools/list-tools.ts";
import type { Command } from "../command.ts";
import { painter, printable, type Paint } from "../paint.ts";
import { millisecondsOf } from "../seconds.ts";
import { openContext, outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "tools",
  summary: "every tool of every server, and what it costs of an agent's context",
  args: "[names...]",
  options: [
    { flags: "--agent <id>", summary: "only servers of this agent" },
    { flags: "--live", summary: "start the servers and ask them now" },
    { flags: "--timeout <seconds>", summary: "for each server, with --live (default 60)" },
  ],
  details:
    "Shows what atk mcp test --record has recorded; nothing is started and no network is used.\nTokens are counted as o200k_base does; other models count some percent more or less.",
  async run({ args, options }, session) {
    const { listTools } = await import("../../app/tools/list-tools.ts");
    const context = await openContext(session);
    const agent = options.text("agent");
    const timeoutMs = millisecondsOf("--timeout", options.text("timeout"), 60);
    const live = options.flag("live") ? { live: { timeoutMs, signal: session.interruption() } } : {};
    const list = await listTools({ names: args, ...(agent === undefined ? {} : { agent }), ...live }, context);
    if (session.json) outJson(session, list);
    else await show(list, agent, session);
    return 0;
  },
};

async function show(list: ToolList, agent: string | undefined, session: Session): Promise<void> {
  const { showTokens } = await import("../../app/tools/tool-costs.ts");
  const paint = painter(session.color.stdout);
  const agents = Object.entries(list.agents).map(([agent, tokens]) => `${agent}: ~${showTokens(tokens)} tokens`);
  const servers = list.servers.map((server) => showServer(server, showTokens, paint));
  const place = agent === undefined ? "in the manifest" : `for ${agent}`;
  const none = list.unknown.length === 0 ? `No MCP servers ${place}.` : "No tools are recorded.";
  session.out([...servers, agents.join("\n")].filter((part) => part !== "").join("\n\n") || none);
  if (list.servers.length > 0)
    session.say(
      `Tokens are counted as ${list.encoding} does, over name, description and schema; other models count some percent more or less.`,
    );
  sayUnknown(list, session);
}

function showServer(server: ServerTools, showTokens: (tokens: number) => string, paint: Paint): string {
  const { tools, has, tokens, agents, instructions_tokens: instructions } = server;
  const count = tools.length === has ? String(has) : `${tools.length} of ${has}`;
  const head = `${paint("bold", server.server)}: ${count} ${has === 1 ? "tool" : "tools"}, ~${showTokens(tokens)} tokens (${agents.join(", ")})`;
  const wide = Math.max(...tools.map(({ name }) => printable(name).length), 0);
  const own = instructions === 0 ? [] : [{ name: "", tokens: instructions, description: "its instructions" }];
  const lines = [...own, ...tools].map((tool) => {
    const name = tool.name === "" ? "-" : printable(tool.name);
    const about = paint("dim", printable((tool.description.split("\n")[0] ?? "").slice(0, 70)));
    return `  ${String(tool.tokens).padStart(5)}  ${name.padEnd(wide)}  ${about}`.trimEnd();
  });
  return [head, ...lines].join("\n");
}

function sayUnknown({ unknown }: ToolList, session: Session): void {
  const silent = unknown.filter(({ reason }) => reason === "not recorded").map(({ server }) => server);
  if (silent.length > 0)
    session.say(`not recorded: ${silent.join(", ")}: atk mcp test --record ${silent.join(" ")}, or atk tools --live`);
  for (const { server, reason } of unknown)
    if (reason !== "not recorded") session.say(`! ${printable(server)}: ${printable(reason)}`);
}
