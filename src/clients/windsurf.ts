import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { refer } from "./spell.ts";

export const client: Client = {
  id: "windsurf",
  name: "Windsurf",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      source: "https://docs.windsurf.com/windsurf/cascade/mcp (read in its pt-BR edition)",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source: "https://docs.windsurf.com/windsurf/cascade/skills.md",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "secondary",
      source:
        "github:Kilo-Org/kilocode packages/kilo-docs/pages/customize/agents-md.md and github:hyhmrright/brooks-lint docs/windsurf-setup.md",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "docs",
      source:
        "https://docs.windsurf.com/plugins/cascade/mcp (read in its ro edition): command, args, env, serverUrl, url, headers",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["windsurf"], paths: [everywhere("~/.codeium/windsurf")] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    user: everywhere("~/.codeium/windsurf/mcp_config.json"),
    transports: ["stdio", "http", "sse"],
    ...speak({
      client: "Windsurf",
      urlKey: { http: "serverUrl", sse: "serverUrl" },
      references: { spelled: refer.envBraces, in: ["env", "headers"] },
      expansions: [BRACES],
    }),
  },
  skills: {
    user: everywhere("~/.codeium/windsurf/skills"),
    project: { path: ".windsurf/skills" },
    followsLinks: false,
  },
  instructions: { project: { path: "AGENTS.md" }, style: "block" },
};
