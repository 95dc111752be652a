import { DRY_RUN, ON_DRIFT, TAKE_OVER, YES, type Command } from "../command.ts";
import { switchPlugin } from "../switch-plugin.ts";

export const command: Command = {
  name: "enable",
  summary: "wire a plugin or a server again that was disabled",
  args: "<name>",
  options: [YES, DRY_RUN, ON_DRIFT, TAKE_OVER],
  run: (invocation, session) => switchPlugin({ verb: "Enable", enabled: true }, invocation, session),
};
