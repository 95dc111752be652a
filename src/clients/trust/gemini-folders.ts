import { dirname } from "node:path";
import type { ReadHost } from "../../core/host.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Notice } from "../client.ts";
import { userFile } from "../locate.ts";
import { everywhere } from "../paths.ts";
import { isCovered, member, settingsOf } from "./settings-of.ts";

const below = (name: string) =>
  everywhere(`~/.gemini/${name}`, { moved: { variable: "GEMINI_CLI_HOME", rest: `.gemini/${name}` } });

/** In a folder that is not trusted Gemini CLI disables every server, those of the user too. (gemini 0.61.0) */
export async function folderTrustNotice(host: ReadHost, projectDirectory?: string): Promise<readonly Notice[]> {
  if (host.machine.env["GEMINI_CLI_TRUST_WORKSPACE"] === "true") return [];
  const settings = await settingsOf(host, await userFile(below("settings.json"), host));
  if (member(settings, "security", "folderTrust", "enabled") === false) return [];
  const file = await userFile(below("trustedFolders.json"), host);
  const trusted = trustedFolders(await settingsOf(host, file));
  if (projectDirectory === undefined ? trusted.length > 0 : isCovered(projectDirectory, trusted)) return [];
  const where =
    projectDirectory === undefined
      ? "in folders it does not trust, and it trusts none yet"
      : `in ${projectDirectory}, which it does not trust`;
  return [
    {
      message: `Gemini CLI disables all MCP servers ${where}`,
      hint: `start gemini in the folder and trust it (kept in ${file}), or set GEMINI_CLI_TRUST_WORKSPACE=true`,
    },
  ];
}

function trustedFolders(data: JsonObject): readonly string[] {
  return Object.entries(data).flatMap(([path, level]) => {
    if (level === "TRUST_FOLDER") return [path];
    return level === "TRUST_PARENT" ? [dirname(path)] : [];
  });
}
