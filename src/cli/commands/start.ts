import type { Command } from "../command.ts";
import { controlCommand, START_OPTIONS } from "../control-command.ts";

export const command: Command = {
  name: "start",
  summary: "start the services of plugins and wait until they are healthy",
  args: "[plugins...]",
  options: START_OPTIONS,
  details:
    "What runs already is left alone. Variables and ports of all are checked before the first is started (exit 8 and 9).",
  run: (invocation, session) => controlCommand("start", invocation, session),
};
