import { isDeepStrictEqual } from "node:util";
import { AtkError } from "../core/errors.ts";
import type { Invocation, OptionSpec } from "./command.ts";
import { runChange } from "./change-command.ts";
import { openContext, type Session } from "./session.ts";

/** The agents people name most often, as flags of their own; the predecessor had the same five. */
const SHORT: Readonly<Record<string, string>> = {
  claude: "claude-code",
  codex: "codex",
  gemini: "gemini-cli",
  auggie: "auggie",
  opencode: "opencode",
  cursor: "cursor",
  vscode: "vscode",
};

export const AGENT_OPTIONS: readonly OptionSpec[] = [
  ...Object.entries(SHORT).map(([flag, id]) => ({ flags: `--${flag}`, summary: `the agent ${id}` })),
  { flags: "--agent <id...>", summary: "agents by id" },
  { flags: "--all-agents", summary: "every agent of the manifest" },
];

export interface AgentChange {
  readonly verb: "Plug" | "Unplug";
  readonly direction: "add" | "remove";
}

/** `plug` and `unplug`: the same edit in two directions. */
export async function changeAgents(how: AgentChange, invocation: Invocation, session: Session): Promise<number> {
  const { agentsAfter, editing, requireEntry } = await import("../app/edits.ts");
  const { readInputs } = await import("../app/inputs.ts");
  const { setAgents } = await import("../manifest/edit-manifest.ts");
  const context = await openContext(session);
  const [name = ""] = invocation.args;
  const named = namedAgents(invocation);
  if (named.length === 0 && !invocation.options.flag("allAgents")) {
    throw new AtkError("E_USAGE", "no agent was named", {
      hint: `atk ${how.verb.toLowerCase()} ${name} --claude --codex, --agent ID or --all-agents`,
    });
  }
  const before = await readInputs(context);
  const { noun } = requireEntry(name, before);
  (await import("../app/machines/override-notice.ts")).sayOverride(name, "agents", before, context);
  return runChange(
    {
      selection: { names: [name] },
      message: `${how.verb} ${noun} '${name}'`,
      edit: async (inputs) => {
        const entry = requireEntry(name, inputs);
        const all = invocation.options.flag("allAgents") ? allAgents(how, entry.agents, inputs.written.agents) : [];
        const chosen = [...named, ...all];
        const change = how.direction === "add" ? { add: chosen, remove: [] } : { add: [], remove: chosen };
        const now = entry.agents ?? inputs.written.agents;
        const after = agentsAfter(now, change);
        // Nothing is written for agents it has already, e.g. through the manifest's own list.
        if (isDeepStrictEqual(after, now)) return inputs;
        return editing(context, (text, file) => setAgents(text, name, after, file))(inputs);
      },
    },
    invocation,
    session,
    context,
  );
}

function allAgents(
  { direction }: AgentChange,
  own: readonly string[] | undefined,
  standard: readonly string[],
): readonly string[] {
  return direction === "add" ? standard : (own ?? standard);
}

export function namedAgents({ options }: Invocation): readonly string[] {
  const short = Object.entries(SHORT).filter(([flag]) => options.flag(flag));
  return [...short.map(([, id]) => id), ...options.list("agent")];
}
