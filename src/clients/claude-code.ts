import { isObject, type Json } from "../core/json.ts";
import type { Client, McpSupport } from "./client.ts";
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
    elsewhere: ofSingleProjects,
  },
  skills: { user: below("skills"), project: { path: ".claude/skills" }, followsLinks: true },
  instructions: { user: below("CLAUDE.md"), project: { path: "CLAUDE.md" }, style: "import" },
  notices: approvalNotice,
};

/** `claude mcp add` without a scope writes them: for one project, and for this user alone. (claude 2.1.197) */
function ofSingleProjects(data: Json): ReturnType<NonNullable<McpSupport["elsewhere"]>> {
  const projects = isObject(data) && isObject(data["projects"]) ? data["projects"] : {};
  return Object.entries(projects).flatMap(([where, project]) => {
    const servers = isObject(project) && isObject(project["mcpServers"]) ? project["mcpServers"] : {};
    return Object.keys(servers).map((name) => ({
      name,
      where: `the project ${where}, for you alone`,
      next: `there: claude mcp add -s project ... for everybody, or -s user for all your projects; then import again`,
    }));
  });
}
