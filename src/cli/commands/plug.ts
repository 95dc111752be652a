import { AGENT_OPTIONS, changeAgents } from "../agent-options.ts";
import { DRY_RUN, ON_DRIFT, TAKE_OVER, YES, type Command } from "../command.ts";

export const command: Command = {
  name: "plug",
  summary: "wire a plugin into more agents",
  args: "<plugin>",
  options: [...AGENT_OPTIONS, YES, DRY_RUN, ON_DRIFT, TAKE_OVER],
  details: "An edit of the plugin's agents in the manifest, then plan, apply and commit of just that.",
  run: (invocation, session) => changeAgents({ verb: "Plug", direction: "add" }, invocation, session),
};
