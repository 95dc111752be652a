import { checkRegistry } from "../check-registry.ts";
import type { Command } from "../command.ts";

export const command: Command = {
  name: "registry index",
  summary: "write the index of a registry folder",
  args: "[directory]",
  details: "Without a directory: the registry that ships with atk.",
  run: ({ args }, session) => checkRegistry("index", args[0], session),
};
