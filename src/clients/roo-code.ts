import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { applicationData, everywhere } from "./paths.ts";
import { refer } from "./spell.ts";

const STORAGE = "User/globalStorage/rooveterinaryinc.roo-cline";

export const client: Client = {
  id: "roo-code",
  name: "Roo Code",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      source: "github:RooCodeInc/Roo-Code-Docs docs/features/mcp/using-mcp-in-roo.mdx",
      date: "2026-11-21",
    },
    {
      about: "mcp folder of the user",
      evidence: "secondary",
      source: "github:whit3rabbit/agent-config docs/agents",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source: "github:RooCodeInc/Roo-Code-Docs docs/features/skills.mdx (says links are followed)",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source: "github:RooCodeInc/Roo-Code-Docs docs/features/custom-instructions.md",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "docs",
      source: "github:RooCodeInc/Roo-Code src/services/mcp/McpHub.ts: injectVariables over the whole entry",
      date: "2026-11-21",
    },
  ],
  detect: { programs: [], paths: [applicationData("Code", STORAGE)] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    user: applicationData("Code", `${STORAGE}/settings/mcp_settings.json`),
    project: { path: ".roo/mcp.json" },
    transports: ["stdio", "http", "sse"],
    ...speak({
      client: "Roo Code",
      types: { http: "streamable-http", sse: "sse" },
      cwdKey: "cwd",
      references: { spelled: refer.envBraces, in: ["env", "headers"] },
      expansions: [BRACES],
    }),
  },
  skills: { user: everywhere("~/.roo/skills"), project: { path: ".roo/skills" }, followsLinks: true },
  instructions: {
    user: everywhere("~/.roo/rules"),
    project: { path: ".roo/rules" },
    style: "folder",
    file: { ending: ".md" },
  },
};
