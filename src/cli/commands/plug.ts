import { AGENT_OPTIONS, changeAgents } from "../agent-options.ts";
import { DRY_RUN, ON_DRIFT, TAKE_OVER, YES, type Command } from "../command.ts";

export const command: Command = {
  name: "plug",
  summary: "wire a plugin or a server into more agents",
  args: "<name>",
  options: [...AGENT_OPTIONS, YES, DRY_RUN, ON_DRIFT, TAKE_OVER],
  details: "An edit of the entry's agents in the manifest, then plan, apply and commit of just that.",
  run: (invocation, session) => changeAgents({ verb: "Plug", direction: "add" }, invocation, session),
};
