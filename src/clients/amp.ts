import type { Client } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { everywhere } from "./paths.ts";
import { projectApproval } from "./trust/project-approval.ts";

export const client: Client = {
  id: "amp",
  name: "Amp",
  facts: [
    {
      about: "mcp",
      evidence: "run",
      source: "amp 0.0.1790142911: mcp add, mcp list --json; XDG_CONFIG_HOME moves the folder",
      date: "2026-11-21",
    },
    {
      about: "skills",
      evidence: "secondary",
      source: "github:vercel-labs/skills README.md",
      date: "2026-11-21",
    },
    {
      about: "instructions",
      evidence: "secondary",
      source: "https://www.developersdigest.tech/reference/amp/config-files, after https://ampcode.com/manual",
      date: "2026-11-21",
    },
    {
      about: "trust",
      evidence: "run",
      source: "amp 0.0.1790142911: workspace servers wait for amp mcp approve",
      date: "2026-11-21",
    },
  ],
  detect: { programs: ["amp"], paths: [everywhere("$XDG_CONFIG_HOME/amp")] },
  mcp: {
    format: "jsonc",
    // One key with a dot in it.
    root: ["amp.mcpServers"],
    user: everywhere("$XDG_CONFIG_HOME/amp/settings.json", { alternatives: ["settings.jsonc"] }),
    project: { path: ".amp/settings.json", alternatives: [".amp/settings.jsonc"] },
    transports: ["stdio", "http", "sse"],
    ...speak({ client: "Amp", expansions: [BRACES] }),
  },
  skills: {
    user: everywhere("~/.config/agents/skills"),
    project: { path: ".agents/skills" },
    followsLinks: false,
  },
  instructions: {
    user: everywhere("$XDG_CONFIG_HOME/amp/AGENTS.md"),
    project: { path: "AGENTS.md" },
    style: "block",
  },
  notices: projectApproval("Amp", "amp mcp approve NAME"),
};
