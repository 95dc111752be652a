import { createHash } from "node:crypto";
import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import { forMachine } from "../manifest/for-machine.ts";
import type { Lock, LockedPlugin } from "../manifest/lock.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Tree } from "../sources/tree.ts";
import type { ToolRecord } from "../tools/record-text.ts";
import type { Context } from "./context.ts";
import { namedMachine } from "./machines/named-machine.ts";
import type { DeclaredPins } from "./pins/pin-declared.ts";
import type { Shortcuts } from "./shortcuts.ts";

export const EMPTY_LOCK: Lock = { lockVersion: 1, plugins: {} };

/** The manifest and the lock of this run, as texts and as data. */
export interface Inputs {
  readonly manifestText: string;
  /** As it applies on this machine: what `machines` says of it is folded in, and `when` is left only where it does not hold. */
  readonly manifest: Manifest;
  /** As it is written, for edits and for what must hold on every machine. */
  readonly written: Manifest;
  readonly lockText: string | undefined;
  readonly lock: Lock;
  /** Parsed before and remembered, see shortcuts.ts. */
  readonly shortcuts: Shortcuts;
  /** Found out by this run already (add), so that it is not found out twice. */
  readonly resolved?: Readonly<Record<string, ResolvedPlugin>>;
  /** The same of the manifest's own servers. */
  readonly pinnedServers?: DeclaredPins;
  /** The lock before entries were taken out of it to be resolved anew. */
  readonly formerly?: Lock;
  /** Names that the lock on disk has; absent: those of `lock`. */
  readonly left?: readonly string[];
  /** Texts of dependency trees that are known already, by their digests. */
  readonly trees?: Readonly<Record<string, string>>;
  /** Content that is known already, by its integrity. */
  readonly contents?: Readonly<Record<string, Tree>>;
  /** Edits of others that this run says to leave alone: as they are now. */
  readonly ignoredNow?: readonly string[];
  /** Recorded by this run, by the id of the server: its file is written beside the lock. */
  readonly toolRecords?: Readonly<Record<string, ToolRecord>>;
}

export interface ResolvedPlugin {
  readonly locked: LockedPlugin;
  readonly tree: Tree;
  /** Texts of the dependency trees that its pins name; absent as long as nobody has pinned what it runs. */
  readonly trees?: Readonly<Record<string, string>>;
}

/** @throws AtkError E_MANIFEST with every problem, E_LOCK for a broken lock. */
export async function readInputs(context: Context): Promise<Inputs> {
  const { workspace, look } = context;
  const { readShortcuts } = await import("./shortcuts.ts");
  const [text, lockText, shortcuts] = await Promise.all([
    look.text(workspace.manifestFile),
    look.text(workspace.lockFile),
    readShortcuts(context),
  ]);
  if (text === undefined) throw new AtkError("E_NO_HOME", `there is no manifest at ${workspace.manifestFile}`);
  const manifestText = workspace.predecessor ? await carriedOver(text, workspace.manifestFile) : text;
  const written = shortcuts.manifests[textDigest(manifestText)] ?? (await parse(manifestText, context));
  const manifest = forMachine(written, namedMachine(context));
  return { manifestText, manifest, written, lockText, lock: await readLock(lockText, context), shortcuts };
}

/** The same inputs with another manifest text, as an edit would leave it. */
export async function withManifest(inputs: Inputs, manifestText: string, context: Context): Promise<Inputs> {
  const written = await parse(manifestText, context);
  return { ...inputs, manifestText, manifest: forMachine(written, namedMachine(context)), written };
}

export function textDigest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("hex")}`;
}

async function parse(text: string, { workspace }: Context): Promise<Manifest> {
  const { parseManifest } = await import("../manifest/parse-manifest.ts");
  const { clientIds } = await import("../clients/ids.ts");
  return parseManifest(text, join(workspace.directory, "atk.yaml"), { clientIds }).manifest;
}

async function carriedOver(text: string, file: string): Promise<string> {
  const { readPredecessorManifest } = await import("../manifest/predecessor.ts");
  return readPredecessorManifest(text, file);
}

async function readLock(text: string | undefined, { workspace }: Context): Promise<Lock> {
  if (text === undefined) return EMPTY_LOCK;
  const { parseLock } = await import("../manifest/lock-file.ts");
  return parseLock(text, workspace.lockFile);
}
