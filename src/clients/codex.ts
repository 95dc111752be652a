import type { JsonObject } from "../core/json.ts";
import type { Reference, Server } from "../core/server.ts";
import type { Client } from "./client.ts";
import { envNameFaults, plainFaults, referenceFaults } from "./faults.ts";
import { everywhere } from "./paths.ts";
import { referredNames, unlessEmpty, type RemoteServer, type StdioServer } from "./spell.ts";
import { trustNotice } from "./trust/codex-projects.ts";

const below = (rest: string) => everywhere(`~/.codex/${rest}`, { moved: { variable: "CODEX_HOME", rest } });

export const client: Client = {
  id: "codex",
  name: "OpenAI Codex CLI",
  facts: [
    {
      about: "tools",
      evidence: "run",
      source: "codex 0.169.0 takes enabled_tools and disabled_tools in an entry",
      date: "2026-11-21",
    },
    {
      about: "mcp",
      evidence: "run",
      source: "codex 0.169.0: mcp add, mcp list --json, mcp get --json",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "run",
      source:
        "codex 0.169.0: mcp get --json shows env_vars and env_http_headers by name; github:openai/codex docs/config.md",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "run",
      source: "codex 0.169.0: debug prompt-input lists ~/.agents/skills and .agents/skills, links included",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "run",
      source: "codex 0.169.0: debug prompt-input prints AGENTS.md",
      date: "2026-11-21",
    },
    {
      about: "trust",
      evidence: "run",
      source: 'codex 0.169.0: .codex/config.toml counts only with [projects."<path>"] trust_level = "trusted"',
      date: "2026-11-21",
    },
  ],
  detect: {
    programs: ["codex"],
    paths: [everywhere("~/.codex", { moved: { variable: "CODEX_HOME", rest: "." } })],
  },
  mcp: {
    format: "toml",
    root: ["mcp_servers"],
    user: below("config.toml"),
    project: { path: ".codex/config.toml" },
    // Codex would speak streamable HTTP to an SSE address.
    transports: ["stdio", "http"],
    spell: (server) => (server.transport === "stdio" ? spellStdio(server) : spellRemote(server)),
    owned: [
      "command",
      "args",
      "env",
      "env_vars",
      "cwd",
      "url",
      "http_headers",
      "env_http_headers",
      "bearer_token_env_var",
    ],
    // Codex leaves these out when it rewrites the section.
    defaults: { args: [], env: {}, env_vars: [], http_headers: {}, env_http_headers: {} },
    check: faultsOf,
    tools: { allow: "enabled_tools", deny: "disabled_tools" },
    reference: { in: ["env", "headers"] },
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: true },
  instructions: { user: below("AGENTS.md"), project: { path: "AGENTS.md" }, style: "block" },
  notices: trustNotice,
};

function spellStdio(server: StdioServer): JsonObject {
  const names = referredNames(server.env);
  return {
    command: server.command,
    args: server.args,
    ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
    ...(names.length === 0 ? {} : { env_vars: names }),
    ...unlessEmpty("env", literals(server.env)),
  };
}

function spellRemote(server: RemoteServer): JsonObject {
  const referred = Object.entries(server.headers).flatMap(([key, value]) =>
    typeof value === "string" ? [] : [[key, value] as const],
  );
  const named = referred.flatMap(([key, value]) => (value.prefix === undefined ? [[key, value.env]] : []));
  const bearer = referred.find(([key, value]) => isBearer(key, value))?.[1];
  return {
    url: server.url,
    ...(bearer === undefined ? {} : { bearer_token_env_var: bearer.env }),
    ...unlessEmpty("http_headers", literals(server.headers)),
    ...unlessEmpty("env_http_headers", Object.fromEntries(named)),
  };
}

/** The one header that Codex puts together itself. */
function isBearer(header: string, { prefix }: Reference): boolean {
  return header.toLowerCase() === "authorization" && prefix === "Bearer ";
}

function literals(values: StdioServer["env"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}

/** One entry that Codex cannot read, and it starts with none. */
function faultsOf(server: Server): readonly string[] {
  const faults = [...plainFaults(server), ...referenceFaults("Codex", server, ["env", "headers"])];
  return [...faults, ...(server.transport === "stdio" ? envNameFaults("Codex", server) : headerFaults(server))];
}

function headerFaults(server: RemoteServer): readonly string[] {
  return Object.entries(server.headers).flatMap(([key, value]) =>
    typeof value === "string" || value.prefix === undefined || isBearer(key, value)
      ? []
      : [
          `headers ${key} has text before the variable ${value.env}, which Codex can say only of Authorization with "Bearer "`,
        ],
  );
}
