import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Machine, ReadHost } from "../core/host.ts";
import type { Scope } from "../core/server.ts";
import { createFinder } from "./finder.ts";
import { readSettings, type Settings } from "./settings.ts";

/** One manifest and everything that goes with it on this machine. Paths are absolute. */
export interface Workspace {
  readonly scope: Scope;
  /** Folder of the manifest, links resolved. */
  readonly directory: string;
  readonly manifestFile: string;
  /** true: the manifest is still the predecessor's manifest.yaml; the first change carries it over. */
  readonly predecessor: boolean;
  readonly lockFile: string;
  readonly pluginsDirectory: string;
  /** What was done on this machine; never in git. */
  readonly stateDirectory: string;
  /** May be deleted at any time. */
  readonly cacheDirectory: string;
  readonly settings: Settings;
}

export interface WorkspaceChoice {
  /** -g: the home, wherever the command runs. */
  readonly global?: boolean;
}

/** ATK Home: the argument, then $ATK_HOME, then the user's setting, then ~/.atk. */
export function homeDirectory(machine: Machine, argument?: string, setting?: string): string {
  const chosen = argument || machine.env["ATK_HOME"] || setting || join(machine.homeDirectory, ".atk");
  return resolve(machine.workingDirectory, expandTilde(chosen, machine));
}

export function expandTilde(path: string, machine: Machine): string {
  if (path === "~") return machine.homeDirectory;
  return path.startsWith("~/") || path.startsWith("~\\") ? join(machine.homeDirectory, path.slice(2)) : path;
}

/**
 * The manifest that governs this run: with `global` the home, else the nearest atk.yaml upwards, else the home.
 * @throws AtkError E_NO_HOME when there is neither.
 */
export async function findWorkspace(host: ReadHost, choice: WorkspaceChoice = {}): Promise<Workspace> {
  const settings = await readSettings(host);
  const home = homeDirectory(host.machine, undefined, settings.home);
  if (!choice.global) {
    const found = await searchUpwards(host.machine.workingDirectory);
    if (found !== undefined) return workspaceAt(host, dirname(found), settings, home);
  }
  return workspaceAt(host, home, settings, home);
}

export async function workspaceAt(
  host: ReadHost,
  directory: string,
  settings: Settings,
  home: string,
): Promise<Workspace> {
  const real = (await host.files.realPath(directory)) ?? directory;
  const manifest = join(real, "atk.yaml");
  const scope: Scope = real === ((await host.files.realPath(home)) ?? home) ? "user" : "project";
  if ((await host.files.stat(manifest)) !== undefined)
    return describe(host, { real, scope, settings, manifest: "atk.yaml" });
  if ((await host.files.stat(join(real, "manifest.yaml"))) !== undefined && scope === "user") {
    return describe(host, { real, scope, settings, manifest: "manifest.yaml" });
  }
  throw new AtkError("E_NO_HOME", `ATK Home not initialised at ${directory}: there is no atk.yaml`, {
    at: { file: directory },
  });
}

interface Description {
  readonly real: string;
  readonly scope: Scope;
  readonly settings: Settings;
  readonly manifest: "atk.yaml" | "manifest.yaml";
}

function describe({ machine }: ReadHost, { real, scope, settings, manifest }: Description): Workspace {
  return {
    scope,
    directory: real,
    manifestFile: join(real, manifest),
    predecessor: manifest === "manifest.yaml",
    lockFile: join(real, "atk.lock"),
    pluginsDirectory: scope === "user" ? join(real, "plugins") : join(real, ".atk", "plugins"),
    // Asked for by most commands and not by the quickest ones: the digest needs a library that takes long to load.
    get stateDirectory() {
      return join(stateRoot(machine), "homes", idOf(real));
    },
    cacheDirectory: cacheRoot(machine),
    settings,
  };
}

function idOf(directory: string): string {
  return createHash("sha256").update(directory).digest("hex").slice(0, 16);
}

/** $XDG_STATE_HOME/atk, on Windows %LOCALAPPDATA%\atk\state. */
export function stateRoot(machine: Machine): string {
  return userFolder(machine, { variable: "XDG_STATE_HOME", fallback: [".local", "state"], windows: "state" });
}

/** $XDG_CACHE_HOME/atk, on Windows %LOCALAPPDATA%\atk\cache. */
export function cacheRoot(machine: Machine): string {
  return userFolder(machine, { variable: "XDG_CACHE_HOME", fallback: [".cache"], windows: "cache" });
}

interface UserFolder {
  readonly variable: string;
  readonly fallback: readonly string[];
  readonly windows: string;
}

function userFolder(machine: Machine, { variable, fallback, windows }: UserFolder): string {
  const named = machine.env[variable];
  if (named !== undefined && isAbsolute(named)) return join(named, "atk");
  const local = machine.env["LOCALAPPDATA"];
  if (machine.platform === "windows" && local !== undefined) return join(local, "atk", windows);
  return join(machine.homeDirectory, ...fallback, "atk");
}

async function searchUpwards(from: string): Promise<string | undefined> {
  const finder = await createFinder(["atk.yaml"], { ".yaml": (_path: string, text: string) => ({ text }) });
  for (let at = from; ; at = dirname(at)) {
    const found = finder.search(at);
    if (found !== null) return found.filepath;
    if (at === dirname(at)) return undefined;
  }
}
