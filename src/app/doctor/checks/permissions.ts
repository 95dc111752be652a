import { join } from "node:path";
import type { FileStat, Host } from "../../../core/host.ts";
import { isSecretPath } from "../../../git/secret-path.ts";
import { quoteForShell } from "../../../clients/shell-quote.ts";
import type { Context } from "../../context.ts";
import { stateRoot } from "../../workspace.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

/** What nobody else may read. Windows has no permission bits. */
export const permissions: Check = {
  id: "permissions",
  title: "Permissions",
  about: "home",
  async examine(context) {
    const { host } = context;
    if (host.machine.platform === "windows") return [];
    const paths = await privatePaths(context);
    const answers = await Promise.all(paths.map((path) => judge(path, host)));
    const found = answers.flat();
    return found.length > 0 ? found : [{ state: "ok", detail: "only you can read atk's state and the .env files" }];
  },
};

async function privatePaths({ host, workspace }: Context): Promise<readonly string[]> {
  const state = stateRoot(host.machine);
  const config = host.machine.env["XDG_CONFIG_HOME"] || join(host.machine.homeDirectory, ".config");
  return [
    state,
    join(state, "machine.key"),
    workspace.stateDirectory,
    join(workspace.stateDirectory, "state.json"),
    // The identity with which this machine reads its secrets.
    join(config, "atk", "identity.txt"),
    ...(await environmentFiles(workspace.pluginsDirectory, host)),
  ];
}

async function environmentFiles(plugins: string, { files }: Host): Promise<readonly string[]> {
  const folders = (await files.list(plugins)) ?? [];
  const found = await Promise.all(
    folders
      .filter(({ type }) => type === "directory")
      .map(async ({ name }) => {
        const entries = (await files.list(join(plugins, name))) ?? [];
        return entries.filter((entry) => isSecretPath(entry.name)).map((entry) => join(plugins, name, entry.name));
      }),
  );
  return found.flat();
}

const OTHERS = 0o077;

async function judge(path: string, { files }: Host): Promise<readonly Answer[]> {
  const stat = await files.stat(path);
  if (stat === undefined || stat.type === "link") return [];
  const at = { file: path };
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && stat.uid !== undefined && stat.uid !== own) {
    const detail = `${path} belongs to another user (${stat.uid}), as after sudo atk`;
    return [{ state: "problem", detail, fix: `sudo chown -R $(id -un) ${quoteForShell(path)}`, at }];
  }
  if ((stat.mode & OTHERS) === 0) return [];
  return [
    {
      state: "problem",
      detail: `${path} is open to other users (mode ${octal(stat)})`,
      fix: `chmod ${wanted(stat)} ${quoteForShell(path)}`,
      at,
    },
  ];
}

function octal({ mode }: FileStat): string {
  return mode.toString(8).padStart(4, "0");
}

function wanted({ type }: FileStat): string {
  return type === "directory" ? "0700" : "0600";
}
