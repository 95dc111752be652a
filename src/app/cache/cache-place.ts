import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { cacheRoot } from "../machine-paths.ts";
import { findWorkspace, type Workspace } from "../workspace.ts";
import { knownHomes, type KnownHomes } from "./known-homes.ts";

export interface CachePlace extends KnownHomes {
  readonly directory: string;
}

/** The cache of this machine and who needs what is in it. There may be no home at all. */
export async function openCache(host: Host): Promise<CachePlace> {
  const workspace = await findWorkspace(host).catch((error: unknown): Workspace | undefined => {
    if (error instanceof AtkError && error.code === "E_NO_HOME") return undefined;
    throw error;
  });
  return { directory: cacheRoot(host.machine), ...(await knownHomes(host, workspace)) };
}
