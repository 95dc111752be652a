import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { DOLLAR } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { trustedFoldersNotice } from "./trust/copilot-folders.ts";

const below = (rest: string) => everywhere(`~/.copilot/${rest}`, { moved: { variable: "COPILOT_HOME", rest } });
const remote = { http: "http", sse: "sse" } as const;
const every = { client: "GitHub Copilot CLI", extra: { tools: ["*"] }, expansions: [DOLLAR] } as const;

const atHome = speak({ ...every, types: { stdio: "local", ...remote }, defaults: { type: "local" } });
/** Claude Code reads the same .mcp.json and skips "local" as an unknown type; Copilot takes both words. (claude 2.1.197) */
const inProject = speak({ ...every, types: { stdio: "stdio", ...remote } });

export const client: Client = {
  id: "copilot-cli",
  name: "GitHub Copilot CLI",
  facts: [
    { about: "tools", evidence: "run", source: "copilot 1.0.102: tools of an entry is * or names", date: "2026-11-21" },
    {
      about: "mcp",
      evidence: "run",
      source: "copilot 1.0.102: mcp add, mcp list --json, mcp get",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "run",
      source: "copilot 1.0.102: skill list, links included",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "run",
      source: "copilot 1.0.102: instruction list --json",
      date: "2026-11-21",
    },
    {
      about: "trust",
      evidence: "run",
      source: "copilot 1.0.102: workspace files count only for trustedFolders of ~/.copilot/config.json",
      date: "2026-11-21",
    },
  ],
  detect: {
    programs: ["copilot"],
    paths: [everywhere("~/.copilot", { moved: { variable: "COPILOT_HOME", rest: "." } })],
  },
  mcp: {
    format: "jsonc",
    root: ["mcpServers"],
    user: below("mcp-config.json"),
    // .github/mcp.json is not read once there is a .mcp.json, so a project that has it keeps it.
    project: { path: ".mcp.json", alternatives: [".github/mcp.json"] },
    transports: ["stdio", "http", "sse"],
    // The project's file is read by Claude Code too, which has no such word.
    tools: { allow: "tools", scopes: ["user"] },
    ...atHome,
    spell: (server, scope) => (scope === "user" ? atHome : inProject).spell(server, scope),
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: true },
  instructions: { user: below("copilot-instructions.md"), project: { path: "AGENTS.md" }, style: "block" },
  notices: trustedFoldersNotice,
};
