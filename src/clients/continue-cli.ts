import type { JsonObject } from "../core/json.ts";
import type { Server } from "../core/server.ts";
import type { Client } from "./client.ts";
import { DOUBLE_BRACES } from "./expansions.ts";
import { expansionFaults, plainFaults, referenceFaults } from "./faults.ts";
import { everywhere } from "./paths.ts";
import { refer, spellValues, unlessEmpty } from "./spell.ts";

const below = (rest: string) => everywhere(`~/.continue/${rest}`, { moved: { variable: "CONTINUE_GLOBAL_DIR", rest } });

export const client: Client = {
  id: "continue-cli",
  name: "Continue CLI",
  facts: [
    {
      about: "mcp",
      evidence: "docs",
      source:
        "github:continuedev/continue docs/customize/deep-dives/mcp.mdx; cn 1.5.47, the schema of its bundle: requestOptions.headers, cwd",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "docs",
      source: "github:continuedev/continue docs/customize/deep-dives/mcp.mdx",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source:
        "cn 1.5.47, its own bundle: skills below .continue, .claude and $CONTINUE_GLOBAL_DIR; folders only, no links",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source: "cn 1.5.47, its own bundle: rules/*.md below .continue and $CONTINUE_GLOBAL_DIR",
      date: "2026-11-21",
    },
  ],
  detect: {
    programs: ["cn"],
    paths: [everywhere("~/.continue", { moved: { variable: "CONTINUE_GLOBAL_DIR", rest: "." } })],
  },
  mcp: {
    format: "yaml",
    // A list of servers, each with its name.
    root: ["mcpServers"],
    item: { by: "name" },
    user: below("config.yaml"),
    transports: ["stdio", "http", "sse"],
    spell,
    owned: ["name", "type", "command", "args", "env", "cwd", "url", "requestOptions"],
    defaults: { args: [], env: {}, type: "stdio" },
    check: (server) => [
      ...plainFaults(server),
      ...referenceFaults("Continue", server, ["env", "headers"]),
      ...expansionFaults("Continue", server, [DOUBLE_BRACES]),
    ],
    reference: { in: ["env", "headers"] },
  },
  skills: { user: below("skills"), project: { path: ".continue/skills" }, followsLinks: false },
  instructions: {
    user: below("rules"),
    project: { path: ".continue/rules" },
    style: "folder",
    file: { ending: ".md" },
  },
};

function spell(server: Server): JsonObject {
  if (server.transport === "stdio") {
    const env = unlessEmpty("env", spellValues(server.env, refer.secrets));
    const cwd = server.cwd === undefined ? {} : { cwd: server.cwd };
    return { name: server.id, type: "stdio", command: server.command, args: server.args, ...cwd, ...env };
  }
  const headers = spellValues(server.headers, refer.secrets);
  const requestOptions = Object.keys(headers).length === 0 ? {} : { requestOptions: { headers } };
  return {
    name: server.id,
    type: server.transport === "http" ? "streamable-http" : "sse",
    url: server.url,
    ...requestOptions,
  };
}
