import { join } from "node:path";
import type { Files } from "../core/host.ts";
import { isObject, type Json } from "../core/json.ts";
import { lifeOf, type ProcessIdentity } from "../host/process-identity.ts";
import { discard } from "./durable.ts";

/** Who holds a lock, or is about to. */
export interface Holder extends ProcessIdentity {
  /** What it does: `atk apply`. */
  readonly label: string;
  readonly since: string;
}

/** A living claim on the lock. */
export interface Claim {
  readonly name: string;
  /** Absent while its file is just being written. */
  readonly holder?: Holder;
  /** Until when it is watched for a sign of life, by our clock (ms); 0 when it is known to live. */
  readonly watchedUntil: number;
}

/** A claim of a process that cannot be asked counts as dead when its file has not moved for this long... */
const SILENT_MS = 60_000;
/** ...nor while we watched it ourselves: its clock may differ from ours, and a laptop that wakes up finds every file old. */
export const WATCH_MS = 6_000;

interface Watch {
  readonly mtimeMs: number;
  readonly since: number;
}

/** The living claims in a lock directory, but our own; the files of dead ones are removed. Remembers what it watches between calls. */
export function createLiveliness(folder: string, files: Files): (own: string) => Promise<readonly Claim[]> {
  const watches = new Map<string, Watch>();
  return async (own) => {
    const living: Claim[] = [];
    for (const { name } of (await files.list(folder)) ?? []) {
      const claim = name === own ? undefined : await judge(join(folder, name), name, { files, watches });
      if (claim !== undefined) living.push(claim);
    }
    return living;
  };
}

interface Judging {
  readonly files: Files;
  readonly watches: Map<string, Watch>;
}

async function judge(path: string, name: string, { files, watches }: Judging): Promise<Claim | undefined> {
  const bytes = await files.read(path);
  if (bytes === undefined) return undefined;
  const holder = parseHolder(bytes);
  const named = { name, ...(holder === undefined ? {} : { holder }) };
  const life = holder === undefined ? "unknown" : lifeOf(holder);
  if (life === "alive") return { ...named, watchedUntil: 0 };
  const watchedUntil = life === "gone" ? undefined : await watch(path, { files, watches });
  if (watchedUntil !== undefined) return { ...named, watchedUntil };
  await discard(path, files).catch(() => undefined);
  return undefined;
}

/** Until when the file has to be watched; undefined when it was watched long enough: its process is dead. */
async function watch(path: string, { files, watches }: Judging): Promise<number | undefined> {
  const stat = await files.stat(path);
  if (stat === undefined) return undefined;
  const known = watches.get(path);
  const since = known?.mtimeMs === stat.mtimeMs ? known.since : Date.now();
  watches.set(path, { mtimeMs: stat.mtimeMs, since });
  if (Date.now() - stat.mtimeMs < SILENT_MS) return 0;
  return Date.now() - since >= WATCH_MS ? undefined : since + WATCH_MS;
}

/** Who wrote a claim; undefined while it is just being written. */
export function parseHolder(bytes: Uint8Array): Holder | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Json;
    return isObject(value) && typeof value["pid"] === "number" ? (value as unknown as Holder) : undefined;
  } catch {
    return undefined;
  }
}
