import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { DOLLAR } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { refer } from "./spell.ts";
import { folderTrustNotice } from "./trust/gemini-folders.ts";

const below = (rest: string) =>
  everywhere(`~/.gemini/${rest}`, { moved: { variable: "GEMINI_CLI_HOME", rest: `.gemini/${rest}` } });

export const client: Client = {
  id: "gemini-cli",
  name: "Gemini CLI",
  facts: [
    {
      about: "tools",
      evidence: "run",
      source: "gemini 0.61.0 takes includeTools and excludeTools in an entry",
      date: "2026-11-21",
    },
    {
      about: "mcp",
      evidence: "run",
      source: "gemini 0.61.0: mcp add, mcp list; GEMINI_CLI_HOME moves the home",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "run",
      source: "gemini 0.61.0 against a probe server",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "run",
      source: "gemini 0.61.0: skills list, links included",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source: "github:google-gemini/gemini-cli docs/cli/gemini-md.md",
      date: "2026-11-21",
    },
    {
      about: "trust",
      evidence: "run",
      source: "gemini 0.61.0: in an untrusted folder every server is disabled",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["gemini"], paths: [below("settings.json")] },
  mcp: {
    format: "jsonc",
    root: ["mcpServers"],
    user: below("settings.json"),
    project: { path: ".gemini/settings.json" },
    transports: ["stdio", "http", "sse"],
    tools: { allow: "includeTools", deny: "excludeTools" },
    ...speak({
      client: "Gemini CLI",
      // "streamable-http" is an error in its schema.
      types: { http: "http", sse: "sse" },
      cwdKey: "cwd",
      references: { spelled: refer.braces, in: ["env", "headers"] },
      expansions: [DOLLAR],
      // A url without a type is spoken to as http.
      defaults: { type: "http" },
    }),
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: true },
  instructions: { user: below("GEMINI.md"), project: { path: "GEMINI.md" }, style: "import" },
  notices: folderTrustNotice,
};
