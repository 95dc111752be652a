import type { JsonObject } from "../core/json.ts";
import type { Server } from "../core/server.ts";
import type { Client, UserPath } from "./client.ts";
import { DOLLAR, onlyIn } from "./expansions.ts";
import { cwdFaults, envNameFaults, expansionFaults, plainFaults, referenceFaults } from "./faults.ts";
import { everywhere } from "./paths.ts";
import { refer, referredNames, spellValues, unlessEmpty } from "./spell.ts";

const CONFIG: UserPath = {
  linux: "$XDG_CONFIG_HOME/goose/config.yaml",
  macos: "~/.config/goose/config.yaml",
  windows: "%APPDATA%/Block/goose/config/config.yaml",
};

export const client: Client = {
  id: "goose",
  name: "goose",
  facts: [
    {
      about: "tools",
      evidence: "docs",
      source: "github:aaif-goose/goose documentation/docs/guides/config-files.md",
      date: "2026-11-21",
    },
    {
      about: "mcp",
      evidence: "docs",
      source: "github:aaif-goose/goose documentation/docs/guides/config-files.md",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "docs",
      source: "https://github.com/aaif-goose/goose/pull/5439: headers take ${NAME} of env_keys",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source: "github:aaif-goose/goose documentation/docs/guides/context-engineering/using-skills.md",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source: "github:aaif-goose/goose documentation/docs/guides/context-engineering/using-goosehints.md",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["goose"], paths: [CONFIG] },
  mcp: {
    format: "yaml",
    root: ["extensions"],
    user: CONFIG,
    transports: ["stdio", "http"],
    tools: { allow: "available_tools" },
    spell,
    owned: ["type", "name", "enabled", "cmd", "args", "envs", "env_keys", "uri", "headers", "timeout"],
    defaults: { args: [], envs: {}, env_keys: [], headers: {}, timeout: 300 },
    check: faultsOf,
    reference: { in: ["env", "headers"] },
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: false },
  instructions: {
    user: {
      linux: "$XDG_CONFIG_HOME/goose/AGENTS.md",
      macos: "~/.config/goose/AGENTS.md",
      windows: "%APPDATA%/Block/goose/config/AGENTS.md",
    },
    project: { path: "AGENTS.md" },
    style: "block",
  },
};

function spell(server: Server): JsonObject {
  if (server.transport === "stdio") {
    const literal = Object.fromEntries(Object.entries(server.env).filter(([, value]) => typeof value === "string"));
    const envs = unlessEmpty("envs", spellValues(literal));
    return {
      ...common("stdio", server.id),
      cmd: server.command,
      args: server.args,
      ...keys(server.env),
      ...envs,
    };
  }
  const headers = unlessEmpty("headers", spellValues(server.headers, refer.braces));
  return { ...common("streamable_http", server.id), uri: server.url, ...keys(server.headers), ...headers };
}

function common(type: string, name: string): JsonObject {
  return { type, name, enabled: true, timeout: 300 };
}

/** The variables that goose looks up in its keyring, and then in its environment. */
function keys(values: Parameters<typeof referredNames>[0]): JsonObject {
  const names = referredNames(values);
  return names.length === 0 ? {} : { env_keys: names };
}

function faultsOf(server: Server): readonly string[] {
  return [
    ...plainFaults(server),
    ...referenceFaults("goose", server, ["env", "headers"]),
    ...expansionFaults("goose", server, [onlyIn(DOLLAR, ["headers"])]),
    ...cwdFaults("goose", server),
    ...envNameFaults("goose", server),
  ];
}
