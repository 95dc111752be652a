import type { Fact, InstructionSupport, McpSupport, SkillSupport, UserPath } from "./client.ts";
import { speak } from "./dialect.ts";
import { BRACES } from "./expansions.ts";
import { applicationData, everywhere } from "./paths.ts";
import { refer } from "./spell.ts";

const DOCS = "github:microsoft/vscode-docs docs/agents/reference/mcp-configuration.md";

export const facts: readonly Fact[] = [
  { about: "mcp", evidence: "docs", source: DOCS, date: "2026-11-21" },
  {
    about: "mcp folder of the user profile",
    evidence: "docs",
    source: "github:microsoft/vscode-docs docs/configure/settings.md",
    date: "2026-11-21",
  },
  {
    about: "skills",
    evidence: "docs",
    source: "github:microsoft/vscode-docs docs/agent-customization/agent-skills.md",
    date: "2026-11-21",
  },
  {
    about: "instructions",
    evidence: "docs",
    source: "github:microsoft/vscode-docs docs/agent-customization/custom-instructions.md",
    date: "2026-11-21",
  },
  {
    about: "references",
    evidence: "docs",
    source: `${DOCS} and docs/reference/variables-reference.md`,
    date: "2026-11-21",
  },
];

/** The file of the default profile; `product` is Code or a sibling of it. */
export function profileFolder(product: string): UserPath {
  return applicationData(product, "User");
}

/** Visual Studio Code's own file: `servers`, not `mcpServers`. */
export function visualStudioCode(product: string): McpSupport {
  const words = {
    client: "VS Code",
    types: { stdio: "stdio", http: "http", sse: "sse" },
    cwdKey: "cwd",
    expansions: [BRACES],
  };
  const where = ["env", "headers"] as const;
  return {
    format: "jsonc",
    root: ["servers"],
    user: applicationData(product, "User/mcp.json"),
    project: { path: ".vscode/mcp.json" },
    transports: ["stdio", "http", "sse"],
    ...speak({ ...words, references: { spelled: refer.envBraces, in: where } }),
    prompts: {
      ...speak({ ...words, references: { spelled: refer.input, in: where } }),
      inputs: ["inputs"],
      // Stored encrypted by VS Code after it was typed once. (mcp-configuration.md, "Input variables for sensitive data")
      input: (id, description) => ({ type: "promptString", id, description, password: true }),
      inputKeys: ["type", "id", "description", "password"],
    },
  };
}

export const instructions: InstructionSupport = { project: { path: "AGENTS.md" }, style: "block" };

export const skills: SkillSupport = {
  user: everywhere("~/.agents/skills"),
  project: { path: ".agents/skills" },
  followsLinks: false,
};
