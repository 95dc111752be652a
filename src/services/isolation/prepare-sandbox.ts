import { basename, dirname, join } from "node:path";
import type { Host, ReadFiles } from "../../core/host.ts";
import { isInside } from "./inside.ts";
import { KEPT_HOME, type IsolatedCommand, type Isolation } from "./isolation.ts";
import { makePrivateFolders } from "./private-folders.ts";
import type { Mount, Sandbox } from "./sandbox.ts";
import { shownMounts } from "./shown-mounts.ts";
import { writableFolders } from "./writable-folders.ts";

export interface SandboxRequest {
  /** Folder of the plugin. */
  readonly plugin: string;
  /** What must never be seen: the home of atk, its state, the identity file. Need not exist. */
  readonly secret: readonly string[];
  /** Where the plugin's own home is kept when it asked for one; made when it is absent. */
  readonly keptHome: string;
}

/** Looks up what a command of a plugin may see, and makes the folders it asked to write in. @throws AtkError E_SERVICE when one leads out of the plugin. */
export async function prepareSandbox(
  command: IsolatedCommand,
  wish: Isolation,
  request: SandboxRequest,
  host: Host,
): Promise<Sandbox> {
  const { files, machine } = host;
  const real = async (path: string): Promise<string> => (await files.realPath(path)) ?? path;
  const [home, plugin] = await Promise.all([real(machine.homeDirectory), real(request.plugin)]);
  const hasHome = home !== "/";
  const replaced = [...(hasHome ? [home] : []), ...REPLACED];
  const shown = await shownMounts(command, replaced, host);
  const writable = await writableFolders(plugin, wish.write, files);
  return {
    plugin,
    shown,
    writable,
    links: await linksIn(replaced, [machine.homeDirectory, request.plugin], files),
    masked: await maskedPlaces(request.secret, { replaced, shown }, files),
    sealed: await sealedFolders(plugin, writable, files),
    ...(hasHome ? { home } : {}),
    ...(hasHome && wish.write?.includes(KEPT_HOME) ? { keptHome: await keep(request.keptHome, host) } : {}),
  };
}

/** See least-sandbox.ts. */
const REPLACED = ["/tmp", "/var/tmp", "/run"];

/** Names that are links lying in what is replaced. */
async function linksIn(
  replaced: readonly string[],
  names: readonly string[],
  files: ReadFiles,
): Promise<readonly Mount[]> {
  const links = names.map(async (name): Promise<readonly Mount[]> => {
    const [source, parent] = await Promise.all([files.realPath(name), files.realPath(dirname(name))]);
    const target = parent === undefined ? name : join(parent, basename(name));
    const isLost = source !== undefined && source !== target && replaced.some((folder) => isInside(target, folder));
    return isLost ? [{ source, target }] : [];
  });
  return (await Promise.all(links)).flat();
}

interface Seen {
  readonly replaced: readonly string[];
  readonly shown: readonly Mount[];
}

/** Secret places that would be seen: outside of what is replaced, or inside of what is shown of that again. */
async function maskedPlaces(
  secret: readonly string[],
  { replaced, shown }: Seen,
  files: ReadFiles,
): Promise<Sandbox["masked"]> {
  const found = await Promise.all(secret.map((path) => files.realPath(path)));
  const places = [...new Set(found.filter((path) => path !== undefined))].sort();
  const isSeen = (path: string): boolean =>
    shown.some(({ target }) => isInside(path, target)) || !replaced.some((folder) => isInside(path, folder));
  return Promise.all(
    places.filter(isSeen).map(async (path) => {
      const type = (await files.stat(path))?.type === "directory" ? "directory" : "file";
      return { path, type } as const;
    }),
  );
}

/** custom/ holds the user's overrides of this very plugin; .git has hooks that run outside. */
async function sealedFolders(
  plugin: string,
  writable: readonly string[],
  files: ReadFiles,
): Promise<Sandbox["sealed"]> {
  const [custom, git] = [join(plugin, "custom"), join(plugin, ".git")];
  const [hasCustom, hasGit] = await Promise.all(
    [custom, git].map(async (path) => (await files.stat(path)) !== undefined),
  );
  // An absent one is only made impossible to make where it could be made.
  const isSealed = hasCustom === true || writable.includes(plugin);
  return [
    ...(isSealed ? [{ path: custom, exists: hasCustom === true }] : []),
    ...(hasGit === true ? [{ path: git, exists: true }] : []),
  ];
}

async function keep(path: string, { files }: Host): Promise<string> {
  await makePrivateFolders(path, files);
  return (await files.realPath(path)) ?? path;
}
