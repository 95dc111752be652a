import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { refer } from "./spell.ts";

export const client: Client = {
  id: "cursor",
  name: "Cursor",
  facts: [
    {
      about: "mcp",
      evidence: "secondary",
      source:
        "https://userjot.com/docs/mcp-cursor and github:confluentinc/mcp-confluent docs/configuring-cursor.md, both after https://cursor.com/docs/mcp",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "secondary",
      source: "https://userjot.com/docs/mcp-cursor, after https://cursor.com/docs/mcp",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "secondary",
      source: "github:vercel-labs/skills README.md and github:whit3rabbit/agent-config docs/agents",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "secondary",
      source:
        "github:Factory-AI/factory docs/cli/configuration/agents-md.mdx; https://www.skills.sh/trotsky1997/my-claude-agent-skills/cursor-agents-md, after https://cursor.com/docs/context/rules",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["cursor", "cursor-agent"], paths: [everywhere("~/.cursor")] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    user: everywhere("~/.cursor/mcp.json"),
    project: { path: ".cursor/mcp.json" },
    transports: ["stdio", "http", "sse"],
    ...speak({
      client: "Cursor",
      references: { spelled: refer.envBraces, in: ["env", "headers"] },
      expansions: [BRACES],
    }),
  },
  skills: { user: everywhere("~/.cursor/skills"), project: { path: ".agents/skills" }, followsLinks: false },
  instructions: { project: { path: "AGENTS.md" }, style: "block" },
};
