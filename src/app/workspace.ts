import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadHost } from "../core/host.ts";
import type { Scope } from "../core/server.ts";
import { createFinder } from "./finder.ts";
import { cacheRoot, filesOf, homeDirectory, stateRoot } from "./machine-paths.ts";
import { readSettings, type Settings } from "./settings.ts";

export { expandTilde, homeDirectory, stateRoot } from "./machine-paths.ts";

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
    ...filesOf(real, scope),
    manifestFile: join(real, manifest),
    predecessor: manifest === "manifest.yaml",
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

async function searchUpwards(from: string): Promise<string | undefined> {
  const finder = await createFinder(["atk.yaml"], { ".yaml": (_path: string, text: string) => ({ text }) });
  for (let at = from; ; at = dirname(at)) {
    const found = finder.search(at);
    if (found !== null) return found.filepath;
    if (at === dirname(at)) return undefined;
  }
}
