import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { everywhere } from "./paths.ts";

export const client: Client = {
  id: "lm-studio",
  name: "LM Studio",
  facts: [{ about: "mcp", evidence: "docs", source: "https://lmstudio.ai/docs/app/mcp", date: "2026-11-21" }],
  detect: { programs: ["lms"], paths: [everywhere("~/.lmstudio")] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    user: everywhere("~/.lmstudio/mcp.json"),
    transports: ["stdio", "http"],
    ...speak({ client: "LM Studio" }),
  },
};
