import { join } from "node:path";
import { installed } from "./install.mjs";

const NAMES = { "claude-code": "claude", codex: "codex", cursor: "cursor", opencode: "opencode", "qwen-code": "qwen" };

export const ruler = {
  id: "ruler",
  name: "ruler 0.3.44 apply",
  does: "reads, merges and rewrites every client file and its rules files",
  readsAsMuch: true,

  prepare(options) {
    const folder = installed({ name: "@intellectronica/ruler", version: "0.3.44" }, options);
    return { program: process.execPath, args: [join(folder, "dist", "cli", "index.js")] };
  },

  /**
   * merge is its way to keep what it did not write; backup is what its revert restores from. Left on, as it is by default,
   * its care for .gitignore makes revert delete what is listed there, the user's own files among them.
   */
  files: (servers, clients, { gitignore = true } = {}) => ({
    ".ruler/ruler.toml": [
      `default_agents = ${JSON.stringify(clients.map((id) => NAMES[id]))}`,
      '[mcp]\nenabled = true\nmerge_strategy = "merge"',
      `[gitignore]\nenabled = ${gitignore}`,
      "[backup]\nenabled = true",
      ...servers.map(table),
      "",
    ].join("\n\n"),
  }),
  applyArgs: ["apply", "--local-only"],
  revertArgs: ["revert", "--local-only"],
  clients: Object.keys(NAMES),
};

function table({ name, command, args, env }) {
  const variables = Object.entries(env).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const head = `[mcp_servers.${name}]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}`;
  return [head, `[mcp_servers.${name}.env]`, ...variables].join("\n");
}
