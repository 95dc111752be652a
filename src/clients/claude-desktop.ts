import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { applicationData } from "./paths.ts";

export const client: Client = {
  id: "claude-desktop",
  name: "Claude Desktop",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      source:
        "https://playwright.dev/mcp/clients/claude-desktop and https://modelcontextprotocol.io/docs/develop/connect-local-servers",
      date: "2026-11-21",
    },
    {
      about: "mcp on Linux",
      evidence: "secondary",
      source: "the same folder of Electron's application data; there is no official Linux build",
      date: "2026-11-21",
    },
    {
      about: "transports: stdio only",
      evidence: "secondary",
      source: "https://docs.hyperstack.cloud/docs/libraries/mcp-server/claude-desktop-setup/",
      date: "2026-11-21",
    },
  ],
  detect: { programs: [], paths: [applicationData("Claude", "claude_desktop_config.json")] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    user: applicationData("Claude", "claude_desktop_config.json"),
    // Remote servers are connectors of the account, not entries of the file.
    transports: ["stdio"],
    ...speak({ client: "Claude Desktop" }),
  },
};
