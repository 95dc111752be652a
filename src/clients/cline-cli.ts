import type { JsonObject } from "../core/json.ts";
import type { Server } from "../core/server.ts";
import type { Client } from "./client.ts";
import { plainFaults, referenceFaults } from "./faults.ts";
import { everywhere } from "./paths.ts";
import { spellValues, unlessEmpty } from "./spell.ts";

const below = (rest: string) => everywhere(`~/.cline/${rest}`, { moved: { variable: "CLINE_DIR", rest } });

export const client: Client = {
  id: "cline-cli",
  name: "Cline CLI",
  facts: [
    {
      about: "mcp",
      evidence: "run",
      source:
        "cline 3.0.65: mcp add, mcp remove; the schema of its bundle: transport { type, command, args, cwd, env } or { type, url, headers }",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source:
        "cline 3.0.65, its own bundle: $CLINE_DIR/skills, ~/.agents/skills; .clinerules, .cline and .agents in a project",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source:
        "cline 3.0.65, its own bundle: ~/.agents/AGENTS.md, $CLINE_DIR/rules; AGENTS.md, .clinerules and .cline/rules in a project",
      date: "2026-11-21",
    },
  ],
  detect: {
    programs: ["cline"],
    paths: [everywhere("~/.cline", { moved: { variable: "CLINE_DIR", rest: "." } })],
  },
  mcp: {
    // Strict JSON: a comment is an error.
    format: "json",
    root: ["mcpServers"],
    user: below("data/settings/cline_mcp_settings.json"),
    transports: ["stdio", "http", "sse"],
    spell: (server) => ({ transport: transportOf(server) }),
    owned: ["transport"],
    check: (server) => [...plainFaults(server), ...referenceFaults("Cline", server, [])],
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: false },
  instructions: { user: everywhere("~/.agents/AGENTS.md"), project: { path: "AGENTS.md" }, style: "block" },
};

function transportOf(server: Server): JsonObject {
  if (server.transport === "stdio") {
    const cwd = server.cwd === undefined ? {} : { cwd: server.cwd };
    return {
      type: "stdio",
      command: server.command,
      args: server.args,
      ...cwd,
      ...unlessEmpty("env", spellValues(server.env)),
    };
  }
  const type = server.transport === "http" ? "streamableHttp" : "sse";
  return { type, url: server.url, ...unlessEmpty("headers", spellValues(server.headers)) };
}
