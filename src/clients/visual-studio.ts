import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";

export const client: Client = {
  id: "visual-studio",
  name: "Visual Studio",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      source: "github:MicrosoftDocs/visualstudio-docs docs/ide/mcp-servers.md",
      date: "2026-11-21",
    },
  ],
  // It runs on Windows only and has no place of its own below the home.
  detect: { programs: ["devenv"], paths: [] },
  mcp: {
    format: "jsonc",
    root: ["servers"],
    // Of the files it reads, the one it shares with VS Code: same root, same spelling.
    project: { path: ".vscode/mcp.json" },
    transports: ["stdio", "http", "sse"],
    ...speak({
      client: "Visual Studio",
      types: { stdio: "stdio", http: "http", sse: "sse" },
      expansions: [BRACES],
    }),
  },
};
