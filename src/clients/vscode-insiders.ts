import type { Client } from "./client.ts";
import { facts, instructions, profileFolder, skills, visualStudioCode } from "./visual-studio-code.ts";

export const client: Client = {
  id: "vscode-insiders",
  name: "VS Code Insiders",
  facts,
  detect: { programs: ["code-insiders"], paths: [profileFolder("Code - Insiders")] },
  mcp: visualStudioCode("Code - Insiders"),
  skills,
  instructions,
};
