import { dirname, join } from "node:path";
import { detectClients } from "../../clients/detect.ts";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { initialManifest } from "../../manifest/initial-manifest.ts";
import { initHome, refuseOccupied } from "../init.ts";
import { readSettings } from "../settings.ts";
import { findWorkspace, homeDirectory, workspaceAt, type Workspace } from "../workspace.ts";

/** Where an import goes: a manifest that is there, or one that would be made for it. */
export interface ImportPlace {
  readonly workspace: Workspace;
  /** As the machine would be with the manifest: for planning, before anything is written. */
  readonly host: Host;
  readonly isNew: boolean;
  /** Makes what is missing; gives the workspace that is there then. */
  make(): Promise<Workspace>;
}

export interface PlaceChoice {
  readonly global: boolean;
  readonly project: boolean;
}

/** @throws AtkError E_FILE when something else stands where the home would be, E_USAGE when both places are named */
export async function openImport({ global, project }: PlaceChoice, host: Host): Promise<ImportPlace> {
  if (global && project) throw new AtkError("E_USAGE", "an import goes into the home or into a project, not both");
  const settings = await readSettings(host);
  const home = homeDirectory(host.machine, undefined, settings.home);
  const found = await existing(global, host);
  if (found !== undefined && !(project && found.scope === "user")) return { ...inPlace(found, host) };
  return project ? newProject(home, host) : newHome(home, host);
}

async function existing(global: boolean, host: Host): Promise<Workspace | undefined> {
  try {
    return await findWorkspace(host, { global });
  } catch (error) {
    if (error instanceof AtkError && error.code === "E_NO_HOME") return undefined;
    throw error;
  }
}

function inPlace(workspace: Workspace, host: Host): ImportPlace {
  return { workspace, host, isNew: false, make: async () => workspace };
}

async function newHome(home: string, host: Host): Promise<ImportPlace> {
  await refuseOccupied(home, host);
  const settings = await readSettings(host);
  const agents = await detectClients(host);
  const planned = withFile(host, join(home, "atk.yaml"), initialManifest({ agents }));
  const workspace = await workspaceAt(planned, home, settings, home);
  const make = async (): Promise<Workspace> => {
    await initHome({ directory: undefined, from: undefined, agents }, host);
    return workspaceAt(host, home, settings, home);
  };
  return { workspace, host: planned, isNew: true, make };
}

async function newProject(home: string, host: Host): Promise<ImportPlace> {
  const { workingDirectory: directory, homeDirectory: user } = host.machine;
  const real = (await host.files.realPath(directory)) ?? directory;
  if (real === ((await host.files.realPath(user)) ?? user))
    throw new AtkError("E_USAGE", NO_PROJECT, { hint: "atk import -g" });
  const settings = await readSettings(host);
  const file = join(real, "atk.yaml");
  const text = initialManifest({ agents: [], isProject: true });
  const planned = withFile(host, file, text);
  const make = async (): Promise<Workspace> => {
    await host.files.create(file, new TextEncoder().encode(text), 0o644);
    return workspaceAt(host, real, settings, home);
  };
  return { workspace: await workspaceAt(planned, real, settings, home), host: planned, isNew: true, make };
}

const NO_PROJECT = "your home folder is no project: its files are those of your agents everywhere";

/** The same machine with one file more. */
function withFile(host: Host, path: string, text: string): Host {
  const bytes = new TextEncoder().encode(text);
  const stat = { type: "file", mode: 0o644, sizeBytes: bytes.length, mtimeMs: 0, ctimeMs: 0, inode: 0 } as const;
  const { files } = host;
  return {
    ...host,
    files: {
      ...files,
      read: (asked) => (asked === path ? Promise.resolve(bytes) : files.read(asked)),
      stat: (asked) => (asked === path ? Promise.resolve(stat) : files.stat(asked)),
      realPath: (asked) => (asked === dirname(path) ? Promise.resolve(asked) : files.realPath(asked)),
    },
  };
}
