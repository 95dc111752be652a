import type { ReadHost } from "../../core/host.ts";
import type { Notice } from "../client.ts";
import { userFile } from "../locate.ts";
import { everywhere } from "../paths.ts";
import { isCovered, settingsOf, texts } from "./settings-of.ts";

const CONFIG = everywhere("~/.copilot/config.json", {
  moved: { variable: "COPILOT_HOME", rest: "config.json" },
});

/** Files of a workspace count only when its folder is in trustedFolders. (copilot 1.0.102) */
export async function trustedFoldersNotice(host: ReadHost, projectDirectory?: string): Promise<readonly Notice[]> {
  if (projectDirectory === undefined) return [];
  const file = await userFile(CONFIG, host);
  const config = await settingsOf(host, file);
  if (isCovered(projectDirectory, [...texts(config["trustedFolders"]), ...texts(config["trusted_folders"])])) return [];
  return [
    {
      message: `GitHub Copilot CLI does not read the servers of ${projectDirectory}: the folder is not in trustedFolders of ${file}`,
      hint: "start copilot in the project and trust the folder",
    },
  ];
}
