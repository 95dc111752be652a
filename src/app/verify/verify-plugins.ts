import { join } from "node:path";
import { locatorKey, type TreeFile } from "../../core/resource.ts";
import type { RecordedFile, State } from "../../core/state.ts";
import { treeIntegrity } from "../../core/tree-integrity.ts";
import type { LockedPlugin } from "../../manifest/lock.ts";
import { inspectStored, type Stored } from "../../sources/inspect-stored.ts";
import { folderOf } from "../../sources/store-index.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { readState } from "../state-store.ts";
import { vendorRoot } from "../vendor/vendor-folder.ts";
import { compareFolder } from "./compare-folder.ts";
import { joinFindings, NOTHING_FOUND, type Findings, type Mismatch } from "./report.ts";

interface Plugin {
  readonly name: string;
  readonly locked: LockedPlugin;
  readonly directory: string;
}

/** What is kept for each locked plugin, and its folder, against the lock. Its data, .env and custom/ are not looked at. */
export async function verifyPlugins(names: readonly string[], context: Context): Promise<Findings> {
  const [inputs, state] = await Promise.all([readInputs(context), readState(context.host.files, context.workspace)]);
  const { lock } = inputs;
  const chosen = Object.entries(lock.plugins).filter(([name]) => names.length === 0 || names.includes(name));
  const found: Findings[] = [unlocked(names, inputs, { state, context })];
  // One after the other: each reads several files at once already.
  for (const [name, locked] of chosen) {
    const directory = join(context.workspace.pluginsDirectory, name);
    found.push(await verifyPlugin({ name, locked, directory }, state, context));
  }
  return joinFindings(found);
}

/** What was installed and has no entry in the lock any more is compared with nothing: that is not the same as well. */
function unlocked(
  names: readonly string[],
  { manifest, lock }: Awaited<ReturnType<typeof readInputs>>,
  { state, context }: { readonly state: State; readonly context: Context },
): Findings {
  const mismatches = manifest.plugins.flatMap(({ name, enabled }): readonly Mismatch[] => {
    const directory = join(context.workspace.pluginsDirectory, name);
    const installed = state.resources[locatorKey({ kind: "tree", directory })] !== undefined;
    const isAsked = names.length === 0 || names.includes(name);
    if (!enabled || !isAsked || !installed || lock.plugins[name] !== undefined) return [];
    const differences = [{ path: "atk.lock", expected: `an entry for ${name}`, found: "none" }];
    return [{ owner: name, part: "plugin", place: directory, differences, hint: LOCK_HINT }];
  });
  return { ...NOTHING_FOUND, mismatches };
}

const LOCK_HINT = "take atk.lock as it was committed (git checkout atk.lock); or atk lock, to look everything up again";

async function verifyPlugin(plugin: Plugin, state: State, context: Context): Promise<Findings> {
  const { name, locked } = plugin;
  // Linked for development: its content is meant to change.
  if (locked.source.type === "local" && locked.source.link === true) return NOTHING_FOUND;
  const vendor = await vendorRoot(context);
  const { files } = context.host;
  const kept = await inspectStored(locked.integrity, context.workspace.cacheDirectory, files);
  const vendored: Stored =
    vendor === undefined ? { state: "absent" } : await inspectStored(locked.integrity, vendor, files);
  const placeIn = (root: string): string => folderOf(locked.integrity, root);
  return joinFindings([
    ofKept(kept, { owner: name, part: "store", place: placeIn(context.workspace.cacheDirectory), hint: CACHE_HINT }),
    ofKept(vendored, { owner: name, part: "vendor", place: placeIn(vendor ?? ""), hint: VENDOR_HINT }),
    await verifyFolder(plugin, { state, listing: listingOf(plugin, state, [vendored, kept]) }, context),
  ]);
}

const CACHE_HINT = "atk cache verify --fix (it is fetched again when it is needed)";
const VENDOR_HINT = "take the folder as it was committed (git checkout), or write it anew: atk vendor";

function ofKept(stored: Stored, about: Omit<Mismatch, "differences">): Findings {
  if (stored.state === "absent") return NOTHING_FOUND;
  if (stored.state === "whole") return { ...NOTHING_FOUND, compared: stored.entries.length };
  const { differences } = stored;
  return { ...NOTHING_FOUND, compared: differences.length, mismatches: [{ ...about, differences }] };
}

/** The files that make up the locked digest; from wherever there is a list that has exactly this digest. */
function listingOf(
  { locked, directory }: Plugin,
  { resources }: State,
  stored: readonly Stored[],
): readonly TreeFile[] | undefined {
  const recorded = resources[locatorKey({ kind: "tree", directory })]?.files?.map(toTreeFile);
  if (recorded !== undefined && treeIntegrity(recorded) === locked.integrity) return recorded;
  return stored.flatMap((each) => (each.state === "whole" ? [each.entries] : []))[0];
}

function toTreeFile({ path, sha256, executable, target }: RecordedFile): TreeFile {
  return target === undefined ? { type: "file", path, sha256, executable } : { type: "link", path, target };
}

interface Known {
  readonly state: State;
  readonly listing: readonly TreeFile[] | undefined;
}

async function verifyFolder(plugin: Plugin, { state, listing }: Known, context: Context): Promise<Findings> {
  const { name, directory } = plugin;
  const { files, machine } = context.host;
  const installed = state.resources[locatorKey({ kind: "tree", directory })] !== undefined;
  const isThere = (await files.stat(directory)) !== undefined;
  if (!installed && !isThere) return unchecked(name, "its files are not on this machine");
  if (listing === undefined) return verifyWhole(plugin, context);
  const keepsExecutableBit = machine.platform !== "windows";
  const differences = await compareFolder({ directory, entries: listing, keepsExecutableBit }, files);
  const mismatch = { owner: name, part: "plugin", place: directory, differences, hint: folderHint(plugin) } as const;
  return { compared: listing.length, mismatches: differences.length === 0 ? [] : [mismatch], unchecked: [] };
}

/** No list says which file has which digest, so only all of them together can be compared. */
async function verifyWhole(plugin: Plugin, context: Context): Promise<Findings> {
  const { name, locked, directory } = plugin;
  const { readTree } = await import("../../sources/read-tree.ts");
  const only = locked.files === undefined ? {} : { only: locked.files };
  const { entries, integrity } = await readTree(directory, context.host.files, only);
  if (integrity === locked.integrity) return { ...NOTHING_FOUND, compared: entries.length };
  const differences = [{ path: ".", expected: locked.integrity, found: integrity }];
  const mismatch = { owner: name, part: "plugin", place: directory, differences, hint: folderHint(plugin) } as const;
  return { compared: entries.length, mismatches: [mismatch], unchecked: [] };
}

function folderHint({ name, locked }: Plugin): string {
  const back = `atk apply ${name} --on-drift backup (puts the locked files back and keeps a copy)`;
  return locked.source.type === "local" ? `${back}; or take them as they are now: atk lock ${name}` : back;
}

function unchecked(owner: string, message: string): Findings {
  return { ...NOTHING_FOUND, unchecked: [{ owner, message }] };
}
