import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";

export const client: Client = {
  id: "kilo-vscode-legacy",
  name: "Kilo Code (older VS Code extension)",
  facts: [
    {
      about: "mcp",
      evidence: "run",
      source: "kilo 7.7.7 reads .kilocode/mcp.json: mcp list. How it spells remote servers is not known",
      date: "2026-11-21",
    },
  ],
  detect: { programs: [], paths: [] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    project: { path: ".kilocode/mcp.json" },
    transports: ["stdio"],
    ...speak({ client: "Kilo Code", expansions: [BRACES] }),
  },
};
