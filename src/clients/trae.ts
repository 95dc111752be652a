import type { Server } from "../core/server.ts";
import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { applicationData } from "./paths.ts";

export const client: Client = {
  id: "trae",
  name: "Trae",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      source:
        "https://www.volcengine.com/docs/86677/2137601 and https://www.w3cschool.cn/traedocs/trae-ide-add-mcp-servers.html",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["trae"], paths: [applicationData("Trae", "User")] },
  mcp: {
    format: "json",
    root: ["mcpServers"],
    project: { path: ".trae/mcp.json" },
    transports: ["stdio"],
    ...speak({ client: "Trae", faults: spaceInCommand }),
  },
};

function spaceInCommand(server: Server): readonly string[] {
  return server.transport === "stdio" && /\s/.test(server.command)
    ? ["command holds a space, which Trae does not take"]
    : [];
}
