import type { InitOutcome } from "../../app/init.ts";
import type { Command } from "../command.ts";
import { outJson } from "../session.ts";

export const command: Command = {
  name: "init",
  summary: "make ATK Home: a git repository with atk.yaml",
  args: "[directory]",
  options: [
    { flags: "--from <git-url>", summary: "clone a home that exists already (a new machine), or a file of atk export" },
    { flags: "--agent <id...>", summary: "agents to wire by default (else: those found on this machine)" },
  ],
  details: "The directory is the argument, then $ATK_HOME, then ~/.atk. Doing it again changes nothing.",
  async run({ args, options }, session) {
    const { initHome } = await import("../../app/init.ts");
    const agents = options.list("agent");
    const from = options.text("from");
    const outcome = await initHome({ directory: args[0], from, agents }, session.host);
    if (session.json) outJson(session, outcome);
    else session.say(wording(outcome, from === undefined ? "atk add everything" : "atk plan"));
    return 0;
  },
};

function wording({ outcome, directory, agents }: InitOutcome, next: string): string {
  if (outcome === "already-there") return `ATK Home is at ${directory} already; nothing was changed.`;
  if (outcome === "cloned") return `Cloned into ${directory}.\nnext: atk plan`;
  const wired =
    agents.length === 0
      ? "no agents found here yet: name them in atk.yaml under agents:"
      : `agents: ${agents.join(", ")}`;
  return `Made ATK Home at ${directory} (${wired}).\nnext: ${next}`;
}
