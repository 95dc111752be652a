import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { refer } from "./spell.ts";

export const client: Client = {
  id: "droid",
  name: "Factory Droid",
  facts: [
    {
      about: "mcp",
      evidence: "run",
      source: "droid 0.215.0: mcp add, mcp list, doctor --config --json",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "run",
      source: "droid 0.215.0 against a probe server: ${V} in env and headers, not in args",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source: "github:Factory-AI/factory docs/cli/configuration/skills.mdx",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source: "github:Factory-AI/factory docs/cli/configuration/agents-md.mdx",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["droid"], paths: [everywhere("~/.factory")] },
  mcp: {
    format: "jsonc",
    root: ["mcpServers"],
    user: everywhere("~/.factory/mcp.json"),
    project: { path: ".factory/mcp.json" },
    transports: ["stdio", "http", "sse"],
    ...speak({
      client: "Droid",
      // A url without a type is taken for a program to start.
      types: { stdio: "stdio", http: "http", sse: "sse" },
      references: { spelled: refer.braces, in: ["env", "headers"] },
      expansions: [BRACES],
    }),
  },
  skills: {
    user: everywhere("~/.factory/skills"),
    project: { path: ".factory/skills" },
    followsLinks: false,
  },
  instructions: { user: everywhere("~/.factory/AGENTS.md"), project: { path: "AGENTS.md" }, style: "block" },
};
