import { dirname, join } from "node:path";
import type { ReadHost } from "../../core/host.ts";
import type { Notice } from "../client.ts";
import { userFile } from "../locate.ts";
import { everywhere } from "../paths.ts";
import { member, settingsOf } from "./settings-of.ts";

const CONFIG = everywhere("~/.codex/config.toml", { moved: { variable: "CODEX_HOME", rest: "config.toml" } });

/** A project's .codex/config.toml counts only when the user's file trusts the project. (codex 0.169.0) */
export async function trustNotice(host: ReadHost, projectDirectory?: string): Promise<readonly Notice[]> {
  if (projectDirectory === undefined) return [];
  const file = await userFile(CONFIG, host);
  const projects = member(await settingsOf(host, file, "toml"), "projects");
  const folders = [projectDirectory, await repositoryOf(host, projectDirectory)];
  if (folders.some((folder) => member(projects, folder, "trust_level") === "trusted")) return [];
  return [
    {
      message: `Codex does not read .codex/config.toml of ${projectDirectory}: the project is not trusted in ${file}`,
      hint: `start codex in the project and trust it, or add [projects.${JSON.stringify(projectDirectory)}] with trust_level = "trusted" to ${file}`,
    },
  ];
}

/** The root of the repository, whose trust covers its folders; the directory itself outside of one. */
async function repositoryOf({ files }: ReadHost, directory: string): Promise<string> {
  for (let at = directory; ; at = dirname(at)) {
    if ((await files.stat(join(at, ".git"))) !== undefined) return at;
    if (at === dirname(at)) return directory;
  }
}
