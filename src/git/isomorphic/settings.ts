import { join } from "node:path";
import type { Host } from "../../core/host.ts";
import { settingOf } from "./repository.ts";

/** The user's own configuration files, the one that wins last. Source: git-config(1), FILES. */
function userFiles({ machine }: Host): readonly string[] {
  const { env, homeDirectory } = machine;
  if (env["GIT_CONFIG_GLOBAL"] !== undefined) return [env["GIT_CONFIG_GLOBAL"]];
  const xdg = env["XDG_CONFIG_HOME"] || join(homeDirectory, ".config");
  return [join(xdg, "git", "config"), join(homeDirectory, ".gitconfig")];
}

/** Looks names (lower case, e.g. `user.email`) up in the user's files and then the repository's; includes are not followed. */
export async function readSettings(
  host: Host,
  gitdir: string | undefined,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const files = [...userFiles(host), ...(gitdir === undefined ? [] : [join(gitdir, "config")])];
  const settings = new Map<string, string>();
  for (const file of files) {
    if ((await host.files.stat(file)) === undefined) continue;
    for (const name of names) {
      const value = await settingOf(host, file, name);
      if (value !== undefined) settings.set(name, value);
    }
  }
  return settings;
}
