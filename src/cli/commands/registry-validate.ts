import { checkRegistry } from "../check-registry.ts";
import type { Command } from "../command.ts";

export const command: Command = {
  name: "registry validate",
  summary: "check every plugin of a registry folder, and its index",
  args: "[directory]",
  details: "Without a directory: the registry that ships with atk.",
  run: ({ args }, session) => checkRegistry("validate", args[0], session),
};
