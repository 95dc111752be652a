import type { Command } from "../command.ts";
import { controlCommand, START_OPTIONS } from "../control-command.ts";

export const command: Command = {
  name: "restart",
  summary: "stop services and start them again",
  args: "[plugins...]",
  options: START_OPTIONS,
  details: "Checks what start checks, before anything is stopped.",
  run: (invocation, session) => controlCommand("restart", invocation, session),
};
