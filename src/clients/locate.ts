import { dirname, join, normalize } from "node:path";
import type { Platform, ReadHost } from "../core/host.ts";
import type { ProjectPath, UserPath } from "./client.ts";

/**
 * The file or folder that a client reads for this user, as an absolute path. Reads only.
 * `home`: a folder that stands in for the user's home for this client, e.g. /mnt/c/Users/me under WSL. When it looks
 * like a Windows profile (it has an AppData folder) the Windows places are meant. Variables of this machine say nothing
 * about a client elsewhere, so they are not used then.
 */
export async function userFile(path: UserPath, host: ReadHost, home?: string): Promise<string> {
  const base = home === undefined ? here(host) : await elsewhere(host, home);
  const place = placeOf(path, base);
  const others = (path.alternatives ?? []).map((name) => join(dirname(place), name));
  return firstThatExists(host, place, others);
}

/** The same for a place inside a project. */
export async function projectFile(path: ProjectPath, host: ReadHost, directory: string): Promise<string> {
  const others = (path.alternatives ?? []).map((name) => join(directory, name));
  return firstThatExists(host, join(directory, path.path), others);
}

interface Base {
  readonly platform: Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

function here({ machine }: ReadHost): Base {
  return { platform: machine.platform, home: machine.homeDirectory, env: machine.env };
}

async function elsewhere(host: ReadHost, home: string): Promise<Base> {
  const isWindows = (await host.files.stat(join(home, "AppData"))) !== undefined;
  return { platform: isWindows ? "windows" : host.machine.platform, home, env: {} };
}

function placeOf(path: UserPath, base: Base): string {
  const folder = path.moved === undefined ? undefined : base.env[path.moved.variable];
  if (path.moved !== undefined && folder) return join(expandHome(folder, base), path.moved.rest);
  return normalize(expandHome(path[base.platform], base));
}

function expandHome(path: string, { home, env }: Base): string {
  if (path === "~") return home;
  return path
    .replace(/^~(?=[/\\])/, () => home)
    .replace(/^\$XDG_CONFIG_HOME(?=\/)/, () => env["XDG_CONFIG_HOME"] || join(home, ".config"))
    .replace(/^%APPDATA%(?=\/)/, () => env["APPDATA"] || join(home, "AppData", "Roaming"))
    .replace(/^%LOCALAPPDATA%(?=\/)/, () => env["LOCALAPPDATA"] || join(home, "AppData", "Local"));
}

/** The first of the places where something is; else the first of all. */
async function firstThatExists(host: ReadHost, first: string, others: readonly string[]): Promise<string> {
  if (others.length === 0) return first;
  for (const place of [first, ...others]) {
    if ((await host.files.stat(place)) !== undefined) return place;
  }
  return first;
}
