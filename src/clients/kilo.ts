import type { Client } from "./client.ts";
import { localRemote } from "./local-remote.ts";
import { everywhere } from "./paths.ts";

export const client: Client = {
  id: "kilo",
  name: "Kilo Code",
  facts: [
    {
      about: "mcp",
      evidence: "run",
      source: "kilo 7.7.7: mcp add, mcp list, debug config; XDG_CONFIG_HOME moves the folder",
      date: "2026-11-21",
    },
    { about: "references", evidence: "run", source: "kilo 7.7.7 against a probe server", date: "2026-11-21" },
    {
      about: "skills",
      evidence: "run",
      source: "kilo 7.7.7: debug skill, links included; a link out of the project is not followed there",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "docs",
      source:
        "github:Kilo-Org/kilocode packages/kilo-docs/pages/customize/agents-md.md; kilo 7.7.7, its own bundle, for the global file",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["kilo", "kilocode"], paths: [everywhere("$XDG_CONFIG_HOME/kilo")] },
  mcp: {
    format: "jsonc",
    root: ["mcp"],
    user: everywhere("$XDG_CONFIG_HOME/kilo/kilo.jsonc", { alternatives: ["kilo.json"] }),
    project: { path: "kilo.json", alternatives: ["kilo.jsonc"] },
    transports: ["stdio", "http", "sse"],
    ...localRemote("Kilo Code"),
  },
  skills: { user: everywhere("~/.agents/skills"), project: { path: ".agents/skills" }, followsLinks: true },
  instructions: {
    user: everywhere("$XDG_CONFIG_HOME/kilo/AGENTS.md"),
    project: { path: "AGENTS.md" },
    style: "block",
  },
};
