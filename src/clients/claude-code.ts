import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { refer } from "./spell.ts";
import { approvalNotice } from "./trust/claude-approval.ts";

const below = (rest: string) => everywhere(`~/.claude/${rest}`, { moved: { variable: "CLAUDE_CONFIG_DIR", rest } });

export const client: Client = {
  id: "claude-code",
  name: "Claude Code",
  facts: [
    {
      about: "mcp",
      evidence: "run",
      source: "claude 2.1.329 and 2.1.197: mcp add, mcp list, mcp get",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "run",
      source: "claude 2.1.329 against a probe server that logs argv, environment and headers",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source:
        "claude 2.1.197, its own bundle: a folder or a symbolic link with SKILL.md; https://code.claude.com/docs/en/skills",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source: "https://code.claude.com/docs/en/memory",
      date: "2026-11-21",
    },
    {
      about: "trust",
      evidence: "run",
      source: "claude 2.1.329: .mcp.json servers are pending until listed in enabledMcpjsonServers",
      date: "2026-11-21",
    },
  ],
  detect: {
    programs: ["claude"],
    paths: [everywhere("~/.claude.json", { moved: { variable: "CLAUDE_CONFIG_DIR", rest: ".claude.json" } })],
  },
  mcp: {
    // Strict JSON: Claude Code takes a file with comments for corrupted.
    format: "json",
    root: ["mcpServers"],
    // What `claude mcp add` does when it is not told a scope. (claude 2.1.197)
    local: ["projects", "*", "mcpServers"],
    user: everywhere("~/.claude.json", { moved: { variable: "CLAUDE_CONFIG_DIR", rest: ".claude.json" } }),
    project: { path: ".mcp.json" },
    transports: ["stdio", "http", "sse"],
    ...speak({
      client: "Claude Code",
      // A url without a type is skipped with a warning.
      types: { stdio: "stdio", http: "http", sse: "sse" },
      references: { spelled: refer.braces, in: ["env", "headers"] },
      expansions: [BRACES],
      defaults: { type: "stdio" },
    }),
  },
  skills: { user: below("skills"), project: { path: ".claude/skills" }, followsLinks: true },
  instructions: { user: below("CLAUDE.md"), project: { path: "CLAUDE.md" }, style: "import" },
  notices: approvalNotice,
};
