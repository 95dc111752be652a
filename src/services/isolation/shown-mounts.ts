import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import type { Host } from "../../core/host.ts";
import { findProgram } from "../../host/find-program.ts";
import { isInside } from "./inside.ts";
import type { IsolatedCommand } from "./isolation.ts";
import type { Mount } from "./sandbox.ts";
import { TOOL_FOLDERS } from "./tool-folders.ts";

/**
 * What has to be seen although it lies in a folder that is replaced, so that programs still start and names are still resolved: the
 * known folders of version managers, every folder of PATH (with the installation it belongs to), the program itself.
 */
export async function shownMounts(
  command: IsolatedCommand,
  replaced: readonly string[],
  host: Host,
): Promise<readonly Mount[]> {
  const { machine } = host;
  // What the user may not look at is not there for the user's programs either.
  const follow: Follow = (path) => host.files.realPath(path).catch(() => undefined);
  const program = findProgram(command.command, { ...machine, env: command.env, workingDirectory: command.cwd });
  // The user's PATH: the command's own may have been set by the plugin, to have other folders shown.
  const searched = (machine.env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const wanted = [
    ...SYSTEM,
    ...TOOL_FOLDERS.map((folder) => join(machine.homeDirectory, folder)),
    ...(await Promise.all(searched.map((folder) => installationOf(folder, machine.homeDirectory, follow)))),
    ...(program === undefined ? [] : [program]),
  ];
  const mounts = await Promise.all(wanted.map((path) => mountsOf(path, follow)));
  const needed = mounts
    .flat()
    .filter(({ target }) => replaced.some((folder) => isBelow(target, folder)))
    .filter(({ source }) => !replaced.some((folder) => isInside(folder, source)));
  return [...new Map(needed.map((mount) => [mount.target, mount])).values()];
}

/** A path with every link resolved. */
type Follow = (path: string) => Promise<string | undefined>;

/** systemd-resolved and NetworkManager have /etc/resolv.conf lead into /run; NixOS has its programs there. */
const SYSTEM = ["/etc/resolv.conf", "/run/current-system"];

/** nvm, fnm and virtual environments: the programs in `bin` are links or scripts that need what lies beside it. */
async function installationOf(folder: string, home: string, follow: Follow): Promise<string> {
  const parent = dirname(folder);
  if (basename(folder) !== "bin" || isInside(home, parent)) return folder;
  const marks = [join(parent, "lib", "node_modules"), join(parent, "pyvenv.cfg")];
  const found = await Promise.all(marks.map((mark) => follow(mark)));
  return found.some((mark) => mark !== undefined) ? parent : folder;
}

/** Under its own name and, when links lead to it, under the name where it really is. */
async function mountsOf(path: string, follow: Follow): Promise<readonly Mount[]> {
  const source = await follow(path);
  if (source === undefined) return [];
  const parent = (await follow(dirname(path))) ?? dirname(path);
  const target = join(parent, basename(path));
  return target === source
    ? [{ source, target }]
    : [
        { source, target: source },
        { source, target },
      ];
}

function isBelow(path: string, folder: string): boolean {
  return path !== folder && isInside(path, folder);
}
