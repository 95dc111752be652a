import type { Client, UserPath } from "./client.ts";
import { speak } from "./dialect.ts";
import { DOLLAR } from "./expansions.ts";

const CONFIG: UserPath = {
  linux: "$XDG_CONFIG_HOME/crush/crush.json",
  macos: "$XDG_CONFIG_HOME/crush/crush.json",
  windows: "%LOCALAPPDATA%/crush/crush.json",
};

export const client: Client = {
  id: "crush",
  name: "Crush",
  facts: [{ about: "mcp", evidence: "docs", source: "github:charmbracelet/crush README.md", date: "2026-11-21" }],
  detect: { programs: ["crush"], paths: [CONFIG] },
  mcp: {
    format: "json",
    root: ["mcp"],
    user: CONFIG,
    project: { path: ".crush.json", alternatives: ["crush.json"] },
    transports: ["stdio", "http", "sse"],
    // Its references are command substitutions, `$(echo $NAME)`: not written, so that no shell runs what atk wrote.
    ...speak({
      client: "Crush",
      types: { stdio: "stdio", http: "http", sse: "sse" },
      expansions: [{ pattern: /\$[A-Za-z_{(]/, in: DOLLAR.in }],
    }),
  },
};
