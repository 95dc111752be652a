import type { Server } from "../core/server.ts";
import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES, onlyIn } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { quoteForShell } from "./shell-quote.ts";
import { refer } from "./spell.ts";

const words = speak({
  client: "Auggie",
  // "streamable-http" or "local" as a type makes every server of the file vanish.
  types: { stdio: "stdio", http: "http", sse: "sse" },
  references: { spelled: refer.braces, in: ["env"] },
  expansions: [onlyIn(BRACES, ["command", "args", "env"])],
  defaults: { type: "stdio" },
});

export const client: Client = {
  id: "auggie",
  name: "Auggie",
  facts: [
    {
      about: "mcp",
      evidence: "run",
      source: "auggie 0.36.0: mcp add, mcp list --json, rules list (starts the servers)",
      date: "2026-11-21",
    },
    {
      about: "references",
      evidence: "run",
      source: "auggie 0.36.0 against a probe server: ${V} in args and env, not in headers",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "docs",
      source: "https://docs.augmentcode.com/cli/skills",
      date: "2026-11-21",
    },
    { about: "instructions", evidence: "run", source: "auggie 0.36.0: rules list", date: "2026-11-21" },
  ],
  detect: { programs: ["auggie"], paths: [everywhere("~/.augment")] },
  mcp: {
    format: "jsonc",
    root: ["mcpServers"],
    user: everywhere("~/.augment/settings.json"),
    project: { path: ".augment/settings.json" },
    transports: ["stdio", "http", "sse"],
    ...words,
    spell: (server, scope) => words.spell(quoted(server), scope),
    followsLinks: false,
    readsByteOrderMark: false,
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: false },
  instructions: {
    user: everywhere("~/.augment/rules"),
    project: { path: ".augment/rules" },
    style: "folder",
    file: { ending: ".md", before: "---\ntype: always_apply\n---\n\n" },
  },
};

/** Auggie joins command and args and hands the line to a shell. */
function quoted(server: Server): Server {
  if (server.transport !== "stdio") return server;
  return { ...server, command: quoteForShell(server.command), args: server.args.map(quoteForShell) };
}
