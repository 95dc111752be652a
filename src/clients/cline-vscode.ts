import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { applicationData } from "./paths.ts";

const STORAGE = "User/globalStorage/saoudrizwan.claude-dev";

export const client: Client = {
  id: "cline-vscode",
  name: "Cline (VS Code extension)",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      source:
        "github:cline/cline docs/mcp/adding-and-configuring-servers.mdx; the schema shipped in cline 3.0.65 takes type stdio, sse, streamableHttp",
      date: "2026-11-21",
    },
    {
      about: "mcp folder of the user",
      evidence: "secondary",
      source: "github:whit3rabbit/agent-config docs/agents",
      date: "2026-11-21",
    },
  ],
  detect: { programs: [], paths: [applicationData("Code", STORAGE)] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    user: applicationData("Code", `${STORAGE}/settings/cline_mcp_settings.json`),
    transports: ["stdio", "http", "sse"],
    // A url without a type is SSE.
    ...speak({
      client: "Cline",
      types: { stdio: "stdio", http: "streamableHttp", sse: "sse" },
      cwdKey: "cwd",
      defaults: { type: "stdio" },
    }),
  },
};
