import type { Client } from "./client.ts";
import { localRemote } from "./local-remote.ts";
import { everywhere } from "./paths.ts";

const below = (rest: string, alternatives: readonly string[] = []) =>
  everywhere(`$XDG_CONFIG_HOME/opencode/${rest}`, { alternatives });

export const client: Client = {
  id: "opencode",
  name: "opencode",
  facts: [
    {
      about: "mcp",
      evidence: "run",
      source: "opencode 1.18.33: mcp add, mcp list, debug config; XDG_CONFIG_HOME moves the folder",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "run",
      source: "opencode 1.18.33 against a probe server",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "run",
      source: "opencode 1.18.33: debug skill, links included",
      date: "2026-11-21",
    },
    { about: "instructions", evidence: "docs", source: "https://opencode.ai/docs/rules", date: "2026-11-21" },
  ],
  detect: { programs: ["opencode"], paths: [everywhere("$XDG_CONFIG_HOME/opencode")] },
  mcp: {
    format: "jsonc",
    root: ["mcp"],
    user: below("opencode.jsonc", ["opencode.json"]),
    project: { path: "opencode.json", alternatives: ["opencode.jsonc"] },
    // A remote server is tried as streamable HTTP first, then as SSE.
    transports: ["stdio", "http", "sse"],
    ...localRemote("opencode"),
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: true },
  instructions: { user: below("AGENTS.md"), project: { path: "AGENTS.md" }, style: "block" },
};
