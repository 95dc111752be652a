import { AtkError } from "../core/errors.ts";
import type { LockedPlugin } from "../manifest/lock.ts";
import type { Source } from "../manifest/manifest.ts";
import type { SourceContext } from "./context.ts";
import { once, sourceKey, treeKey } from "./fetch-memory.ts";
import { refuseOffline } from "./offline.ts";
import { openKept } from "./open-kept.ts";
import { keep } from "./store.ts";
import type { Tree } from "./tree.ts";

/** What a source is at this moment, and its content. */
export interface Resolved {
  readonly locked: LockedPlugin;
  readonly tree: Tree;
  /** What of the source could not be taken over, a sentence each. */
  readonly remarks?: readonly string[];
}

/** How one type of source is resolved and fetched again. */
export interface SourceType<Type extends Source["type"]> {
  /** May use the network. `name` is the plugin's name in the manifest: the registry is asked for it. */
  resolve(name: string, source: Extract<Source, { type: Type }>, context: SourceContext): Promise<Resolved>;
  /** The content of exactly what was locked; not yet compared with the digest. */
  fetch(
    name: string,
    locked: LockedPlugin,
    source: Extract<Source, { type: Type }>,
    context: SourceContext,
  ): Promise<Tree>;
}

/**
 * What a source is now: exact version or commit, digest, and content. Content from outside is kept in the cache,
 * unless the context is temporary. May use the network and start git or npm.
 * @throws AtkError E_PLUGIN_NOT_FOUND, E_SOURCE, E_GIT, E_HOSTILE, E_PLUGIN_INVALID.
 */
export async function resolveSource(name: string, source: Source, context: SourceContext): Promise<Resolved> {
  const resolve = (): Promise<Resolved> => resolveAny(name, source, context);
  const resolved = await once(context.memory?.resolved, sourceKey(name, source), resolve, context.offline);
  if (source.type !== "local") await keep(resolved.tree, context);
  return resolved;
}

/**
 * The content of a locked plugin: from this machine where it is whole (vendored, then cached), else fetched again. Every byte is covered by the
 * locked digest before anything is given out.
 * @throws AtkError E_INTEGRITY with both digests, E_SOURCE when it is not here and cannot be fetched.
 */
export async function openLocked(name: string, locked: LockedPlugin, context: SourceContext): Promise<Tree> {
  // Used from where it is: its content is whatever it is now.
  if (locked.source.type === "local" && locked.source.link === true) return fetchAny(name, locked, context);
  if (locked.source.type === "local") return verified(name, locked, await fetchAny(name, locked, context));
  const kept = await openKept(name, locked, context);
  if (kept !== undefined) return kept;
  const fetch = (): Promise<Tree> => fetchAny(name, locked, context);
  const tree = verified(name, locked, await once(context.memory?.trees, treeKey(name, locked), fetch, context.offline));
  await keep(tree, context);
  return tree;
}

async function resolveAny(name: string, source: Source, context: SourceContext): Promise<Resolved> {
  // What an image becomes follows from its digest alone.
  if (source.type !== "oci") refuseOffline(name, source, context);
  switch (source.type) {
    case "registry":
      return (await import("./registry-source.ts")).registrySource.resolve(name, source, context);
    case "local":
      return (await import("./local-source.ts")).localSource.resolve(name, source, context);
    case "git":
      return (await import("./git-source.ts")).gitSource.resolve(name, source, context);
    case "npm":
      return (await import("./npm-source.ts")).npmSource.resolve(name, source, context);
    case "archive":
      return (await import("./archive-source.ts")).archiveSource.resolve(name, source, context);
    case "oci":
      return (await import("./oci-source.ts")).ociSource.resolve(name, source, context);
    case "mcp-registry":
      return (await import("./mcp-registry-source.ts")).mcpRegistrySource.resolve(name, source, context);
  }
}

async function fetchAny(name: string, locked: LockedPlugin, context: SourceContext): Promise<Tree> {
  const { source } = locked;
  // What an image becomes follows from its digest alone.
  if (source.type !== "oci") refuseOffline(name, source, context);
  switch (source.type) {
    case "registry":
      return (await import("./registry-source.ts")).registrySource.fetch(name, locked, source, context);
    case "local":
      return (await import("./local-source.ts")).localSource.fetch(name, locked, source, context);
    case "git":
      return (await import("./git-source.ts")).gitSource.fetch(name, locked, source, context);
    case "npm":
      return (await import("./npm-source.ts")).npmSource.fetch(name, locked, source, context);
    case "archive":
      return (await import("./archive-source.ts")).archiveSource.fetch(name, locked, source, context);
    case "oci":
      return (await import("./oci-source.ts")).ociSource.fetch(name, locked, source, context);
    case "mcp-registry":
      return (await import("./mcp-registry-source.ts")).mcpRegistrySource.fetch(name, locked, source, context);
  }
}

function verified(name: string, locked: LockedPlugin, tree: Tree): Tree {
  if (tree.integrity === locked.integrity) return tree;
  const message = `${name}: the content does not match the lock: expected ${locked.integrity}, found ${tree.integrity}`;
  throw new AtkError("E_INTEGRITY", message, { hint: `atk lock ${name} (accepts what is there now)` });
}
