import type { Command } from "../command.ts";
import { controlCommand, STOP_OPTIONS } from "../control-command.ts";

export const command: Command = {
  name: "stop",
  summary: "stop the services of plugins",
  args: "[plugins...]",
  options: STOP_OPTIONS,
  details: "With --all in reverse order. Data stays.",
  run: (invocation, session) => controlCommand("stop", invocation, session),
};
