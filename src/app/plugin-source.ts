import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import { locatorKey } from "../core/resource.ts";
import type { Host } from "../core/host.ts";
import type { LockedPlugin } from "../manifest/lock.ts";
import type { Manifest, PluginEntry } from "../manifest/manifest.ts";
import type { SourceContext } from "../sources/context.ts";
import type { Resolved } from "../sources/resolve.ts";
import type { Tree } from "../sources/tree.ts";
import type { Context } from "./context.ts";
import { stateRoot } from "./machine-paths.ts";
import { vendorRoot } from "./vendor/vendor-folder.ts";
import type { Workspace } from "./workspace.ts";

export interface Opening {
  readonly readOnly: boolean;
  readonly offline?: boolean;
  /** Whose registries are asked, and whose policy counts; absent: only the built-in registry is known. */
  readonly manifest?: Pick<Manifest, "registries" | "policy">;
}

/** Finds out what an entry is now: exact version or commit, integrity, and its content. May use the network. */
export async function resolvePlugin(entry: PluginEntry, options: Opening, context: Context): Promise<Resolved> {
  const installed = await installedByPredecessor(entry, context);
  if (installed !== undefined) return installed;
  const { resolveSource } = await import("../sources/resolve.ts");
  return resolveSource(entry.name, entry.source, await sourceContext(options, context));
}

/**
 * The predecessor noted the commit of what it installed in `.atk-ref`. Where that is the commit the manifest names, the files
 * are taken as they are, so that a home of its opens without a network; another machine fetches the commit and compares.
 */
async function installedByPredecessor(
  { name, source }: PluginEntry,
  { host, look, workspace }: Context,
): Promise<{ readonly locked: LockedPlugin; readonly tree: Tree } | undefined> {
  if (source.type !== "git" || source.ref === undefined || !/^[0-9a-f]{40}$/.test(source.ref)) return undefined;
  const directory = join(workspace.pluginsDirectory, name);
  if ((await look.text(join(directory, ".atk-ref")))?.trim() !== source.ref) return undefined;
  const { readTree } = await import("../sources/read-tree.ts");
  const tree = await readTree(directory, host.files);
  return { locked: { source, commit: source.ref, integrity: tree.integrity }, tree };
}

/**
 * The content of a locked plugin, checked against its integrity before anything of it is used.
 * A local plugin lives in the home once it was added: its folder there is asked first.
 * @throws AtkError E_INTEGRITY when the content is not what was locked.
 */
export async function openPlugin(
  entry: PluginEntry,
  locked: LockedPlugin,
  options: Opening,
  context: Context,
): Promise<Tree> {
  const { openLocked } = await import("../sources/resolve.ts");
  if (locked.source.type !== "local") {
    const from = await sourceContext(options, context);
    return openLocked(entry.name, locked, from).catch(async (error: unknown) => {
      const installed =
        from.offline === true ? await openInstalled(entry.name, locked, context).catch(noPlugin) : undefined;
      if (installed !== undefined) return installed;
      throw error;
    });
  }
  if (locked.source.link === true) return openLocked(entry.name, locked, await sourceContext(options, context));
  const own = join(context.workspace.pluginsDirectory, entry.name);
  try {
    return await openLocked(
      entry.name,
      { ...locked, source: { type: "local", path: own } },
      await sourceContext(options, context),
    );
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    const from = await sourceContext(options, context);
    return openLocked(entry.name, locked, from).catch((second: unknown) => {
      throw explainLocal(entry, second);
    });
  }
}

/** A folder that is gone, or holds something else now: the first fault says what is the matter. */
function noPlugin(error: unknown): undefined {
  if (!(error instanceof AtkError)) throw error;
}

/** What an apply has put into the plugin's folder, where every byte of it is still what was locked. */
async function openInstalled(name: string, locked: LockedPlugin, context: Context): Promise<Tree | undefined> {
  const directory = join(context.workspace.pluginsDirectory, name);
  const { readState } = await import("./state-store.ts");
  const { resources } = await readState(context.host.files, context.workspace);
  const files = resources[locatorKey({ kind: "tree", directory })]?.files;
  if (files === undefined) return undefined;
  const { readTree } = await import("../sources/read-tree.ts");
  const executables = new Set(files.filter((file) => file.executable).map((file) => file.path));
  const onWindows = context.host.machine.platform === "windows";
  const tree = await readTree(directory, context.host.files, {
    only: files.map((file) => file.path),
    ...(onWindows ? { isExecutable: (path: string) => executables.has(path) } : {}),
  });
  return tree.integrity === locked.integrity ? tree : undefined;
}

/** Where a plugin lies that is used from there; undefined for every other. */
export async function linkTarget({ source }: PluginEntry, context: Context): Promise<string | undefined> {
  if (source.type !== "local" || source.link !== true) return undefined;
  const { linkedFolder } = await import("../sources/local-source.ts");
  return linkedFolder(source.path, await sourceContext({ readOnly: true }, context));
}

function explainLocal(entry: PluginEntry, error: unknown): unknown {
  if (!(error instanceof AtkError) || error.code !== "E_INTEGRITY") return error;
  const from = entry.source.type === "local" ? entry.source.path : "its source";
  const hint = `atk lock ${entry.name} (takes the files of ${from} as they are now)`;
  return new AtkError("E_INTEGRITY", `${entry.name}: ${error.message}`, { at: error.at, hint, cause: error });
}

/**
 * Keeps content that was fetched while nothing could be written yet, so that it need not be fetched again.
 * By now everything is done: a cache that cannot be written is said, and undoes nothing.
 */
export async function keepContent(source: LockedPlugin["source"], tree: Tree, context: Context): Promise<void> {
  if (source.type === "local") return;
  const sources = await sourceContext({ readOnly: false }, context);
  const { keep } = await import("../sources/store.ts");
  const { keepIndexes } = await import("../sources/registries/load-registry.ts");
  try {
    await keep(tree, sources);
    if (source.type === "registry") await keepIndexes(sources);
  } catch (error) {
    if (!(error instanceof AtkError) || error.code !== "E_FILE") throw error;
    const { message, hint } = error;
    const warning = `everything is done, but what was fetched is not kept: ${message}`;
    context.tell({ type: "warning", message: warning, ...(hint === undefined ? {} : { hint }) });
  }
}

interface SourcesOf {
  readonly host: Host;
  /** Without a lock there is no manifest either: only registries are asked then. */
  readonly workspace: Pick<Workspace, "directory" | "cacheDirectory" | "settings"> &
    Partial<Pick<Workspace, "lockFile">>;
  readonly memory?: Context["memory"];
  readonly offline?: boolean;
}

/** What sources need to know of this run. */
export async function sourceContext(opening: Opening, of: SourcesOf): Promise<SourceContext> {
  const { readOnly, manifest } = opening;
  const { host, workspace, memory } = of;
  const { lockFile } = workspace;
  const vendorDirectory =
    lockFile === undefined ? undefined : await vendorRoot({ host, workspace: { ...workspace, lockFile } });
  const { registryMaxAgeMs } = workspace.settings;
  return {
    host,
    manifestDirectory: workspace.directory,
    registryDirectory: registryDirectory(),
    cacheDirectory: workspace.cacheDirectory,
    temporary: readOnly,
    ...(memory === undefined ? {} : { memory }),
    ...(vendorDirectory === undefined ? {} : { vendorDirectory }),
    seenDirectory: join(stateRoot(host.machine), "registries"),
    ...(manifest === undefined
      ? {}
      : { registries: manifest.registries, signedOnly: manifest.policy.signed, signed: manifest.policy.signed }),
    ...(registryMaxAgeMs === undefined ? {} : { indexMaxAgeMs: registryMaxAgeMs }),
    ...(opening.offline || of.offline ? { offline: true } : {}),
  };
}

/** The registry that ships with atk, beside dist/. */
export function registryDirectory(): string {
  return bundled("registry");
}

/** A folder or file of the installed package, found from the running module in dist/ or src/. */
export function bundled(name: string): string {
  const here = fileURLToPath(import.meta.url);
  const root = here.replace(/[\\/](dist|src)[\\/].*$/, "");
  return join(root, name);
}

/** Whether content seems to be on this machine; whether it is whole is seen when it is opened. */
export async function isFetched({ integrity }: LockedPlugin, context: Context): Promise<boolean> {
  const { folderOf } = await import("../sources/store-index.ts");
  const { cacheDirectory, vendorDirectory } = await sourceContext({ readOnly: true }, context);
  const { files } = context.host;
  const roots = vendorDirectory === undefined ? [cacheDirectory] : [vendorDirectory, cacheDirectory];
  for (const root of roots) if ((await files.stat(folderOf(integrity, root))) !== undefined) return true;
  return false;
}
