import type { LockedPlugin } from "../manifest/lock.ts";
import type { Source } from "../manifest/manifest.ts";
import type { Resolved } from "./resolve.ts";
import type { Tree } from "./tree.ts";

/** What this run has asked the network for, faults included: looking first and then doing asks once. */
export interface FetchMemory {
  readonly trees: Map<string, Promise<Tree>>;
  readonly resolved: Map<string, Promise<Resolved>>;
}

export function createFetchMemory(): FetchMemory {
  return { trees: new Map(), resolved: new Map() };
}

export function treeKey(name: string, { integrity }: LockedPlugin): string {
  return `${name} ${integrity}`;
}

export function sourceKey(name: string, source: Source): string {
  return JSON.stringify([name, source]);
}

/** The answer of this run to `key`; asked for when nobody has asked yet. */
export function once<T>(
  memory: Map<string, Promise<T>> | undefined,
  key: string,
  ask: () => Promise<T>,
  isOffline = false,
): Promise<T> {
  const known = memory?.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  // What cannot be had without the network may still be had with it, later in this run.
  if (!isOffline) memory?.set(key, answer);
  return answer;
}
