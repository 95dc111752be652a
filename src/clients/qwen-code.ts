import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { DOLLAR } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { refer } from "./spell.ts";
import { projectApproval } from "./trust/project-approval.ts";

const below = (rest: string) => everywhere(`~/.qwen/${rest}`, { moved: { variable: "QWEN_HOME", rest } });

export const client: Client = {
  id: "qwen-code",
  name: "Qwen Code",
  facts: [
    {
      about: "tools",
      evidence: "run",
      source: "qwen 0.24.4: mcp add writes includeTools and excludeTools",
      date: "2026-11-21",
    },
    {
      about: "mcp",
      evidence: "run",
      source: "qwen 0.24.4: mcp add, mcp list; QWEN_HOME moves the folder",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "run",
      source: "qwen 0.24.4 against a probe server",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source: "github:QwenLM/qwen-code docs/users/features/skills.md",
      date: "2026-11-21",
    },
    {
      about: "trust",
      evidence: "run",
      source: "qwen 0.24.4: mcp list calls project servers pending approval",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["qwen"], paths: [below("settings.json")] },
  mcp: {
    format: "jsonc",
    root: ["mcpServers"],
    user: below("settings.json"),
    project: { path: ".qwen/settings.json" },
    transports: ["stdio", "http", "sse"],
    tools: { allow: "includeTools", deny: "excludeTools" },
    ...speak({
      client: "Qwen Code",
      // `url` means SSE here, whatever the type says.
      urlKey: { http: "httpUrl", sse: "url" },
      cwdKey: "cwd",
      references: { spelled: refer.braces, in: ["env", "headers"] },
      expansions: [DOLLAR],
    }),
  },
  skills: { user: below("skills"), project: { path: ".agents/skills" }, followsLinks: false },
  notices: projectApproval("Qwen Code", "start qwen in the project and approve the servers"),
};
