import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { refer } from "./spell.ts";

export const client: Client = {
  id: "kiro",
  name: "Kiro",
  facts: [
    { about: "tools", evidence: "docs", source: "https://kiro.dev/docs/mcp/configuration", date: "2026-11-21" },
    {
      about: "mcp",
      evidence: "docs",
      source: "https://kiro.dev/docs/mcp/configuration and https://kiro.dev/docs/cli/mcp/configuration",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source: "https://kiro.dev/docs/cli/steering",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "secondary",
      source: "github:vercel-labs/skills README.md; https://kiro.dev/docs/skills",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "docs",
      source: "https://kiro.dev/docs/mcp/configuration",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["kiro", "kiro-cli"], paths: [everywhere("~/.kiro")] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    user: everywhere("~/.kiro/settings/mcp.json"),
    project: { path: ".kiro/settings/mcp.json" },
    transports: ["stdio", "http"],
    tools: { deny: "disabledTools" },
    ...speak({
      client: "Kiro",
      references: { spelled: refer.braces, in: ["env", "headers"] },
      expansions: [BRACES],
    }),
  },
  skills: { user: everywhere("~/.kiro/skills"), project: { path: ".kiro/skills" }, followsLinks: false },
  instructions: {
    user: everywhere("~/.kiro/steering"),
    project: { path: ".kiro/steering" },
    style: "folder",
    file: { ending: ".md" },
  },
};
