import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import { answers, type LockedPlugin } from "../manifest/lock.ts";
import type { PluginEntry } from "../manifest/manifest.ts";
import type { PortAssignment } from "../services/ports/assign-ports.ts";
import type { Tree } from "../sources/tree.ts";
import { policyFaults } from "../trust/policy.ts";
import type { Context } from "./context.ts";
import { placePorts, type Placed } from "./assigned-ports.ts";
import { readDefinition, type Definition } from "./definition.ts";
import type { Inputs } from "./inputs.ts";
import { fetchPlugins } from "./fetch-plugins.ts";
import { pinPlugin, type Pinning } from "./pins/pin-plugin.ts";
import { linkTarget, openPlugin, resolvePlugin } from "./plugin-source.ts";

/** A manifest entry with what it was resolved to; a fault of one plugin stays its own. */
export type LoadedPlugin =
  | {
      readonly entry: PluginEntry;
      readonly directory: string;
      readonly locked: LockedPlugin;
      readonly definition: Definition;
      /** Ports on this machine; absent where the plugin has none, or is not active here. */
      readonly assigned?: readonly PortAssignment[];
      /** What its processes are told about its ports. */
      readonly portEnv?: Readonly<Record<string, string>>;
      /** The description as it was written, ports not moved. */
      readonly written?: Definition;
      /** What this run pinned: texts of dependency trees, by their digests. */
      readonly trees: Readonly<Record<string, string>>;
      /** Nobody has pinned yet what its servers run. */
      readonly isPending: boolean;
      /** Key of the definition among the shortcuts. */
      readonly shortcut: string;
      /** The folder it is used from, for a source with `link: true`. */
      readonly linkedTo?: string;
      /** The content, opened and checked against the lock when it is asked for. */
      open(): Promise<Tree>;
    }
  | { readonly entry: PluginEntry; readonly directory: string; readonly fault: AtkError };

export interface LoadOptions {
  /** Refuse a lock that does not match the manifest. */
  readonly frozen?: boolean;
  /** Nobody is there to allow anything: what the lock does not allow is not brought here. */
  readonly unattended?: boolean;
  /** Write nothing, not even the cache of fetched content. */
  readonly readOnly: boolean;
  /** Use no network: what is not locked is a fault of that entry. */
  readonly offline?: boolean;
  /** Pin what servers run. Absent: what the lock has is taken, and nothing is asked. */
  readonly pins?: Pinning;
}

/**
 * Every plugin of the manifest with its definition. What the lock has is taken from it; only what it lacks is resolved.
 * @throws AtkError E_LOCK with `frozen` when something would have to be resolved.
 */
export async function loadPlugins(
  inputs: Inputs,
  options: LoadOptions,
  context: Context,
): Promise<readonly LoadedPlugin[]> {
  return (await loadPlaced(inputs, options, context)).plugins;
}

/** The same with how their ports were given. */
export async function loadPlaced(inputs: Inputs, options: LoadOptions, context: Context): Promise<Placed> {
  if (options.frozen) refuseMismatch(inputs, context);
  await fetchPlugins(inputs, options, context);
  const plugins = inputs.manifest.plugins.map((entry) => loadPlugin(entry, inputs, options, context));
  return placePorts(await Promise.all(plugins), context);
}

async function loadPlugin(
  entry: PluginEntry,
  inputs: Inputs,
  options: LoadOptions,
  context: Context,
): Promise<LoadedPlugin> {
  const directory = join(context.workspace.pluginsDirectory, entry.name);
  try {
    const known = inputs.lock.plugins[entry.name];
    const former = known ?? inputs.formerly?.plugins[entry.name];
    const current = known !== undefined && answers(known, entry) ? known : undefined;
    const resolved = current === undefined ? await resolveOnce(entry, inputs, options, context) : undefined;
    const locked = resolved === undefined ? current : keptOf(former, resolved.locked);
    if (locked === undefined) throw new AtkError("E_LOCK", `${entry.name} is not in the lock`);
    const open = once(async () => {
      const known = resolved?.tree ?? inputs.contents?.[locked.integrity];
      return known ?? openPlugin(entry, locked, options, context);
    });
    const linkedTo = await linkTarget(entry, context);
    const integrity = linkedTo === undefined ? locked.integrity : (await open()).integrity;
    const { definition, shortcut } = await defined({ entry, directory, integrity, open }, inputs, context);
    refuseByPolicy(entry, locked, definition, inputs);
    const unpinned = { name: entry.name, plugin: definition.plugin, locked, isFresh: resolved !== undefined };
    const pinned = await pinPlugin(unpinned, options.pins, inputs, context);
    const linked = linkedTo === undefined ? {} : { linkedTo };
    return { entry, directory, ...pinned, definition, shortcut, ...linked, open };
  } catch (error) {
    if (error instanceof AtkError) return { entry, directory, fault: error };
    throw error;
  }
}

/** What was allowed and recorded before is what the new content is compared with. */
function keptOf(former: LockedPlugin | undefined, now: LockedPlugin): LockedPlugin {
  if (former === undefined) return now;
  const { approval, tools } = former;
  return {
    ...(approval === undefined ? {} : { approval }),
    ...(tools === undefined ? {} : { tools }),
    ...now,
  };
}

/** @throws AtkError E_POLICY with every fault */
function refuseByPolicy(entry: PluginEntry, locked: LockedPlugin, { plugin }: Definition, { manifest }: Inputs): void {
  const faults = entry.enabled ? policyFaults(entry.source, locked, plugin, manifest.policy) : [];
  if (faults.length > 0) throw new AtkError("E_POLICY", `${entry.name}: ${faults.join("; ")}`, { hint: POLICY_HINT });
}

const POLICY_HINT = "choose another plugin, or change policy: in the manifest";

async function resolveOnce(
  entry: PluginEntry,
  inputs: Inputs,
  options: LoadOptions,
  context: Context,
): ReturnType<typeof resolvePlugin> {
  const known = inputs.resolved?.[entry.name];
  if (known !== undefined) return known;
  if (!options.offline || isLinked(entry))
    return resolvePlugin(entry, { ...options, manifest: inputs.manifest }, context);
  // A folder of this machine can be read without a network: what is wrong in it comes before that it was never locked.
  if (entry.source.type === "local") await refuseBroken(entry, inputs, options, context);
  throw new AtkError("E_LOCK", `${entry.name} is not locked yet`, { hint: "atk plan, then atk apply" });
}

/** @throws AtkError E_PLUGIN_INVALID, E_SOURCE */
async function refuseBroken(entry: PluginEntry, inputs: Inputs, options: LoadOptions, context: Context): Promise<void> {
  const { locked, tree } = await resolvePlugin(
    entry,
    { ...options, readOnly: true, manifest: inputs.manifest },
    context,
  );
  const directory = join(context.workspace.pluginsDirectory, entry.name);
  await defined({ entry, directory, integrity: locked.integrity, open: async () => tree }, inputs, context);
}

function isLinked({ source }: PluginEntry): boolean {
  return source.type === "local" && source.link === true;
}

interface Undefined {
  readonly entry: PluginEntry;
  readonly directory: string;
  /** Of the content as it is used. */
  readonly integrity: string;
  open(): Promise<Tree>;
}

async function defined(
  found: Undefined,
  inputs: Inputs,
  context: Context,
): Promise<{ definition: Definition; shortcut: string }> {
  const { entry, directory, integrity } = found;
  const overrides = await context.look.text(join(directory, "custom", "overrides.yaml"));
  const shortcut = definitionKey(entry.name, { integrity }, overrides);
  const known = inputs.shortcuts.definitions[shortcut];
  if (known !== undefined) return { definition: known, shortcut };
  const tree = await found.open();
  const { source } = entry;
  const editedIn = source.type === "local" ? { editedIn: resolve(context.workspace.directory, source.path) } : {};
  const definition = await readDefinition({ id: entry.name, tree, directory, ...editedIn, overrides });
  return { definition, shortcut };
}

/** Key of a definition among the shortcuts. */
export function definitionKey(
  name: string,
  { integrity }: Pick<LockedPlugin, "integrity">,
  overrides: string | undefined,
): string {
  const text = `${name}\0${integrity}\0${overrides ?? ""}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** @throws AtkError E_LOCK naming every entry that the lock lacks, has for another source, or has too many. */
export function refuseMismatch({ manifest, lock }: Inputs, { workspace }: Context): void {
  const names = new Set(manifest.plugins.map((entry) => entry.name));
  const missing = manifest.plugins.filter((entry) => {
    const locked = lock.plugins[entry.name];
    return locked === undefined || !answers(locked, entry);
  });
  const extra = Object.keys(lock.plugins).filter((name) => !names.has(name));
  const problems = [
    ...missing.map((entry) => ({ message: `${entry.name}: not locked, or locked for another source` })),
    ...extra.map((name) => ({ message: `${name}: locked, but not in the manifest` })),
  ];
  if (problems.length === 0) return;
  throw new AtkError("E_LOCK", `${workspace.lockFile} does not match the manifest`, {
    at: { file: workspace.lockFile },
    problems,
  });
}
