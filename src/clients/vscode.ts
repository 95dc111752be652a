import type { Client } from "./client.ts";
import { facts, instructions, profileFolder, skills, visualStudioCode } from "./visual-studio-code.ts";

export const client: Client = {
  id: "vscode",
  name: "VS Code",
  facts,
  detect: { programs: ["code"], paths: [profileFolder("Code")] },
  mcp: visualStudioCode("Code"),
  skills,
  instructions,
};
