import { DRY_RUN, ON_DRIFT, TAKE_OVER, YES, type Command } from "../command.ts";
import { switchPlugin } from "../switch-plugin.ts";

export const command: Command = {
  name: "disable",
  summary: "unwire a plugin or a server everywhere, keep its entry and its files' data",
  args: "<name>",
  options: [YES, DRY_RUN, ON_DRIFT, TAKE_OVER],
  run: (invocation, session) => switchPlugin({ verb: "Disable", enabled: false }, invocation, session),
};
