import { join } from "node:path";
import { installed } from "./install.mjs";

/** Adds one server at a time: only in the survival part. */
export const addMcp = {
  id: "add-mcp",
  name: "add-mcp 2.4.0",

  prepare(options) {
    const folder = installed({ name: "add-mcp", version: "2.4.0" }, options);
    return { program: process.execPath, args: [join(folder, "dist", "index.js")] };
  },

  addArgs({ name, command, args, env }, client, isGlobal) {
    const variables = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    return [
      [command, ...args].join(" "),
      "--name",
      name,
      "--agent",
      client,
      "--yes",
      ...(isGlobal ? ["--global"] : []),
      ...variables,
    ];
  },
  removeArgs: ({ name }, client, isGlobal) => [
    "remove",
    name,
    "--agent",
    client,
    "--yes",
    ...(isGlobal ? ["--global"] : []),
  ],
  clients: ["claude-code", "codex", "cursor", "opencode", "goose"],
};
