import { join } from "node:path";
import { installed, newerNode } from "./install.mjs";

const NAMES = {
  "claude-code": "claudecode",
  codex: "codexcli",
  cursor: "cursor",
  opencode: "opencode",
  "qwen-code": "qwencode",
  goose: "goose",
};

export const rulesync = {
  id: "rulesync",
  name: "rulesync 17.0.0 generate",
  does: "reads and rewrites the MCP section of every client file (runs on Node 24, which it asks for)",
  readsAsMuch: true,

  prepare(options) {
    const folder = installed({ name: "rulesync", version: "17.0.0" }, options);
    return { program: newerNode(options), args: [join(folder, "dist", "cli", "index.js")] };
  },

  /** `delete: false` is its way to keep what it did not write. */
  files: (servers, clients) => ({
    "rulesync.jsonc": JSON.stringify({ targets: clients.map((id) => NAMES[id]), features: ["mcp"], delete: false }),
    ".rulesync/mcp.json": JSON.stringify({ mcpServers: Object.fromEntries(servers.map(entry)) }, undefined, 2),
  }),
  applyArgs: ["generate"],
  globalArgs: ["generate", "--global"],
  clients: Object.keys(NAMES),
};

const entry = ({ name, command, args, env }) => [name, { type: "stdio", command, args, env }];
