import { join } from "node:path";
import type { Host } from "../../core/host.ts";
import { isObject } from "../../core/json.ts";
import { stateRoot, type Workspace } from "../workspace.ts";

/** A manifest that was applied on this machine. */
export interface KnownHome {
  /** Folder of the manifest. */
  readonly directory: string;
  /** Digests that its lock names, 64 hexadecimal digits each; empty when the lock is gone. */
  readonly digests: ReadonlySet<string>;
}

const FILE = "place.json";

/** Notes where a home is, so that the cache knows whose locks to ask. Called with the home locked. */
export async function registerHome({ host, workspace }: { host: Host; workspace: Workspace }): Promise<void> {
  const path = join(workspace.stateDirectory, FILE);
  const text = `${JSON.stringify({ directory: workspace.directory, lock: workspace.lockFile })}\n`;
  const known = await host.files.read(path);
  if (known !== undefined && new TextDecoder().decode(known) === text) return;
  const beside = `${path}.new`;
  await host.files.unlink(beside).catch(() => undefined);
  await host.files.create(beside, new TextEncoder().encode(text), 0o600);
  await host.files.rename(beside, path);
}

export interface KnownHomes {
  readonly homes: readonly KnownHome[];
  /** Homes that an earlier version of atk worked on and that are not known by place. */
  readonly unknown: number;
}

/** Every home of this machine with what its lock names. `also`: the manifest of this run. */
export async function knownHomes(host: Host, also: Workspace | undefined): Promise<KnownHomes> {
  const root = join(stateRoot(host.machine), "homes");
  const folders = (await host.files.list(root)) ?? [];
  const places = await Promise.all(folders.map(({ name }) => placeIn(join(root, name), host)));
  const own = also === undefined ? [] : [{ directory: also.directory, lock: also.lockFile }];
  const known = [...places.filter((place) => place !== undefined), ...own];
  const byDirectory = new Map(known.map((place) => [place.directory, place]));
  const isOwn = (name: string): boolean => also !== undefined && also.stateDirectory === join(root, name);
  const unknown = folders.filter(({ name }, index) => places[index] === undefined && !isOwn(name)).length;
  const homes = [...byDirectory.values()].sort((a, b) => (a.directory < b.directory ? -1 : 1));
  return { homes: await Promise.all(homes.map((home) => withDigests(home, host))), unknown };
}

interface Place {
  readonly directory: string;
  readonly lock: string;
}

async function placeIn(folder: string, { files }: Host): Promise<Place | undefined> {
  const bytes = await files.read(join(folder, FILE));
  if (bytes === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isObject(data)) return undefined;
    const { directory, lock } = data;
    return typeof directory === "string" && typeof lock === "string" ? { directory, lock } : undefined;
  } catch {
    return undefined;
  }
}

/** Not parsed: also what a lock with conflict markers names, or one of a newer atk, is needed. */
async function withDigests({ directory, lock }: Place, { files }: Host): Promise<KnownHome> {
  const bytes = await files.read(lock).catch(() => undefined);
  const text = bytes === undefined ? "" : new TextDecoder().decode(bytes);
  return { directory, digests: new Set(text.match(/[0-9a-f]{64}/g) ?? []) };
}
