import { isAbsolute, join, resolve } from "node:path";
import type { Machine } from "../core/host.ts";
import type { Scope } from "../core/server.ts";

/** ATK Home: the argument, then $ATK_HOME, then the user's setting, then ~/.atk. */
export function homeDirectory(machine: Machine, argument?: string, setting?: string): string {
  const chosen = argument || machine.env["ATK_HOME"] || setting || join(machine.homeDirectory, ".atk");
  return resolve(machine.workingDirectory, expandTilde(chosen, machine));
}

export function expandTilde(path: string, machine: Machine): string {
  if (path === "~") return machine.homeDirectory;
  return path.startsWith("~/") || path.startsWith("~\\") ? join(machine.homeDirectory, path.slice(2)) : path;
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

export interface WorkspaceFiles {
  readonly manifestFile: string;
  readonly lockFile: string;
  readonly pluginsDirectory: string;
}

/** Where things are below the folder of a manifest. */
export function filesOf(directory: string, scope: Scope): WorkspaceFiles {
  return {
    manifestFile: join(directory, "atk.yaml"),
    lockFile: join(directory, "atk.lock"),
    pluginsDirectory: scope === "user" ? join(directory, "plugins") : join(directory, ".atk", "plugins"),
  };
}
