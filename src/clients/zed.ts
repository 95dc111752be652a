import type { Client, UserPath } from "./client.ts";
import { speak } from "./dialect.ts";
import { everywhere } from "./paths.ts";

const below = (rest: string): UserPath => ({
  linux: `$XDG_CONFIG_HOME/zed/${rest}`,
  macos: `~/.config/zed/${rest}`,
  windows: `%APPDATA%/Zed/${rest}`,
});

export const client: Client = {
  id: "zed",
  name: "Zed",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      source: "https://zed.dev/docs/ai/mcp and github:zed-industries/zed docs/src/ai/mcp.md",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source: "github:zed-industries/zed docs/src/ai/skills.md (says to link a folder that is elsewhere)",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source: "github:zed-industries/zed docs/src/ai/instructions.md",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["zed", "zeditor"], paths: [below("settings.json")] },
  mcp: {
    format: "jsonc",
    root: ["context_servers"],
    user: below("settings.json"),
    project: { path: ".zed/settings.json" },
    transports: ["stdio", "http"],
    ...speak({ client: "Zed" }),
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: true },
  instructions: { user: below("AGENTS.md"), project: { path: "AGENTS.md" }, style: "block" },
};
