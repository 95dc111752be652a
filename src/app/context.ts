import { createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files, Host, Machine } from "../core/host.ts";
import type { DotenvEdit } from "../formats/dotenv.ts";
import { createLook, type Look } from "../primitives/look.ts";
import type { Digest } from "../primitives/provider.ts";
import { createFetchMemory, type FetchMemory } from "../sources/fetch-memory.ts";
import { mapBounded } from "../sources/map-bounded.ts";
import { stateRoot, type Workspace } from "./workspace.ts";

/** What every use case works with: the world, the manifest's place, and the world as this run has seen it. */
export interface Context {
  readonly host: Host;
  readonly workspace: Workspace;
  readonly look: Look;
  readonly digest: Digest;
  readonly tell: Tell;
  readonly step: Step;
  /** What this run changes in the .env of plugins, by plugin; see environment-file.ts. Never for showing. */
  readonly environmentEdits?: Readonly<Record<string, DotenvEdit>>;
  /** Values that this run puts into the home's store, by their names there. Never for showing. */
  readonly newSecrets?: ReadonlyMap<string, string>;
  readonly steps: Steps;
  /** --offline, or ATK_OFFLINE=1: nothing of atk uses the network. */
  readonly offline: boolean;
  /** The command that is run, without its arguments: for the log. */
  readonly command?: string;
  /** What this run has fetched so far. */
  readonly memory: FetchMemory;
}

/** Does one named part of the work; the caller may show that it is going on. Gives what the work gives, throws what it throws. */
export type Step = <T>(title: string, work: () => Promise<T>) => Promise<T>;

/**
 * Does named parts of the work at the same time, at most a few at once; the caller may show which are going on. One that fails
 * does not stop the others. Gives how each ended, in their order.
 */
export type Steps = <T>(parts: readonly Part<T>[]) => Promise<readonly PromiseSettledResult<T>[]>;

export interface Part<T> {
  readonly title: string;
  work(): Promise<T>;
}

/** How many parts go on at once: enough to wait for several servers, few enough for each of them. */
export const PARTS_AT_ONCE = 8;

const quietlyAll: Steps = (parts) =>
  mapBounded(parts, PARTS_AT_ONCE, async ({ work }) => {
    const [end] = await Promise.allSettled([work()]);
    return end;
  });

const quietly: Step = (_title, work) => work();

/** Talk for people, while a use case works; the caller decides where it goes. */
export type Tell = (event: Event) => void;

export type Event =
  | { readonly type: "note"; readonly message: string; readonly hint?: string }
  | { readonly type: "warning"; readonly message: string; readonly hint?: string }
  /** What a command of a plugin has written: one line, secrets hidden. */
  | { readonly type: "output"; readonly owner: string; readonly line: string };

export async function createContext(
  host: Host,
  workspace: Workspace,
  tell: Tell,
  { step = quietly, steps = quietlyAll, offline = false, command }: Manners = {},
): Promise<Context> {
  const key = await host.files.read(keyFile(host));
  const digest = keyedDigest(key ?? new Uint8Array());
  return {
    host,
    workspace,
    look: lookAt(host),
    digest,
    tell,
    step,
    steps,
    offline: offline || isOffline(host.machine),
    memory: createFetchMemory(),
    ...(command === undefined ? {} : { command }),
  };
}

/** How a run goes about its work; all of it may be left out. */
export interface Manners {
  readonly step?: Step;
  readonly steps?: Steps;
  readonly offline?: boolean;
  readonly command?: string;
}

/** ATK_OFFLINE=1, or any other word for yes. */
function isOffline({ env }: Machine): boolean {
  return !["", "0", "false", "no"].includes((env["ATK_OFFLINE"] ?? "").toLowerCase());
}

/** The same context with fresh eyes: what was read before is read again. */
export function lookAgain(context: Context): Context {
  return { ...context, look: lookAt(context.host) };
}

function lookAt({ files, machine }: Host): Look {
  return createLook(files, machine.platform !== "windows");
}

/** Digests in plans and state are keyed, so that nobody can try out secrets against them. */
function keyedDigest(key: Uint8Array): Digest {
  return (text) => createHmac("sha256", key).update(text).digest("hex");
}

const KEY_BYTES = 32;

/** The machine's key exists before the first thing is recorded with it; changes the context's digests when it is made. */
export async function ensureKey(context: Context): Promise<Context> {
  const path = keyFile(context.host);
  const { files, machine } = context.host;
  let fault: unknown;
  if ((await files.stat(path)) === undefined) {
    await makeDirectories(files, stateRoot(machine));
    // Another home's apply may make it at the same moment: then its key is the key.
    await files.create(path, randomBytes(KEY_BYTES), 0o600).catch((error: unknown) => {
      fault = error;
    });
  }
  const key = await files.read(path);
  if (key === undefined && fault !== undefined) throw fault;
  if (key?.length !== KEY_BYTES)
    throw new AtkError("E_FILE", `the machine's key at ${path} is damaged`, {
      at: { file: path },
      hint: `move it away; equal entries are adopted again`,
    });
  return { ...context, digest: keyedDigest(key) };
}

function keyFile(host: Host): string {
  return join(stateRoot(host.machine), "machine.key");
}

/** A directory and those above it; new ones are for the user alone. */
export async function makeDirectories(files: Files, path: string): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makeDirectories(files, join(path, ".."));
  await files.makeDirectory(path, 0o700);
}
