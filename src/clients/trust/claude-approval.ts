import type { ReadHost } from "../../core/host.ts";
import { isObject } from "../../core/json.ts";
import type { Notice } from "../client.ts";
import { userFile } from "../locate.ts";
import { everywhere } from "../paths.ts";
import { member, settingsOf, texts } from "./settings-of.ts";

const SETTINGS = everywhere("~/.claude/settings.json", {
  moved: { variable: "CLAUDE_CONFIG_DIR", rest: "settings.json" },
});

/** Servers of .mcp.json start only after the user has approved them by name. (claude 2.1.329) */
export async function approvalNotice(host: ReadHost, projectDirectory?: string): Promise<readonly Notice[]> {
  if (projectDirectory === undefined) return [];
  const settings = await settingsOf(host, await userFile(SETTINGS, host));
  if (settings["enableAllProjectMcpServers"] === true) return [];
  const servers = member(await settingsOf(host, `${projectDirectory}/.mcp.json`), "mcpServers");
  const approved = texts(settings["enabledMcpjsonServers"]);
  const waiting = isObject(servers) ? Object.keys(servers).filter((name) => !approved.includes(name)) : [];
  const which = waiting.length === 0 ? "new servers of .mcp.json" : waiting.join(", ");
  if (isObject(servers) && waiting.length === 0) return [];
  return [
    {
      message: `Claude Code starts servers of .mcp.json only after approval: ${which}`,
      hint: "start claude in the project and approve them, or list them in enabledMcpjsonServers of ~/.claude/settings.json",
    },
  ];
}
