import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { everywhere } from "./paths.ts";

export const client: Client = {
  id: "amazon-q",
  name: "Amazon Q Developer CLI",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      // Agents with useLegacyMcpJson read it; the other place is inside each agent's own file, which is not atk's to choose.
      source: "github:aws/amazon-q-developer-cli docs/agent-format.md (mcpServers, useLegacyMcpJson)",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["q"], paths: [everywhere("~/.aws/amazonq")] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    user: everywhere("~/.aws/amazonq/mcp.json"),
    project: { path: ".amazonq/mcp.json" },
    transports: ["stdio"],
    ...speak({ client: "Amazon Q", expansions: [BRACES] }),
  },
};
