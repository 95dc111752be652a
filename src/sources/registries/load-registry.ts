import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { maskUrl } from "../../git/git-error.ts";
import type { SourceContext } from "../context.ts";
import { INDEX_FILE, OLD_INDEX_FILE, type RegistryIndex } from "../registry-index.ts";
import { cacheIndex, readCachedIndex, type CachedIndex } from "./index-cache.ts";
import { verifySignature } from "./minisign.ts";
import { parseIndex } from "./parse-index.ts";
import { readRegistry, type RawIndex } from "./read-registry.ts";
import type { Registry } from "./registry.ts";
import { checkNotOlder } from "./seen-index.ts";

/** A registry with its index, signature checked. */
export interface LoadedRegistry {
  readonly registry: Registry;
  readonly index: RegistryIndex;
  /** The commit the index is of (git). */
  readonly commit?: string;
  /** `github@1.2.0` to its commit. */
  readonly tags: Readonly<Record<string, string>>;
  /** When it was fetched; absent for what is read where it lies. */
  readonly fetchedAt?: Date;
  /** Why an old index is used although it was time for a new one. */
  readonly stale?: string;
}

/** `if-old`: a cached index is used until it is older than `indexMaxAgeMs`. `never`: it is used however old. */
export type Refresh = "always" | "if-old" | "never";

export const INDEX_MAX_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * The index of a registry: from the cache of this machine where that is young enough, else fetched. Where it cannot be fetched, the
 * old one serves, and `stale` says why. One that is not signed as it must be never does.
 * @throws AtkError E_INTEGRITY for the signature, E_POLICY, E_GIT or E_SOURCE where there is no index at all.
 */
export function loadRegistry(registry: Registry, refresh: Refresh, context: SourceContext): Promise<LoadedRegistry> {
  const known = memory.get(context.host) ?? new Map<string, Promise<LoadedRegistry>>();
  memory.set(context.host, known);
  const id = (how: Refresh): string => JSON.stringify([registry, context.signedOnly, context.offline, how]);
  const found = refresh === "always" ? undefined : (known.get(id("if-old")) ?? known.get(id(refresh)));
  const loading = found ?? load(registry, refresh, context);
  known.set(id(refresh === "never" ? "never" : "if-old"), loading);
  return loading;
}

/** One run asks a registry once, also when it may keep nothing. */
const memory = new WeakMap<Host, Map<string, Promise<LoadedRegistry>>>();

async function load(registry: Registry, refresh: Refresh, context: SourceContext): Promise<LoadedRegistry> {
  if (registry.place.type === "built-in") {
    const raw = await readRegistry(registry, context);
    return { registry, index: await parse(registry, raw), tags: {} };
  }
  requireKey(registry, context);
  if (registry.place.type === "folder")
    return accept(registry, { raw: await readRegistry(registry, context) }, context);
  const cached = await readCachedIndex(registry, context);
  const how = context.offline === true ? "never" : refresh;
  if (cached !== undefined && !isDue(cached, how, context)) return accept(registry, cached, context);
  if (how === "never") throw notHere(registry);
  return fetchOr(cached, registry, context);
}

function isDue({ fetchedAt }: CachedIndex, refresh: Refresh, { host, indexMaxAgeMs }: SourceContext): boolean {
  const ageMs = host.now().getTime() - fetchedAt.getTime();
  // A clock that was set back must not make an index eternally young.
  return refresh === "always" || (refresh === "if-old" && (ageMs < 0 || ageMs > (indexMaxAgeMs ?? INDEX_MAX_AGE_MS)));
}

async function fetchOr(
  cached: CachedIndex | undefined,
  registry: Registry,
  context: SourceContext,
): Promise<LoadedRegistry> {
  try {
    const raw = await readRegistry(registry, context);
    const loaded = await accept(registry, { raw, fetchedAt: context.host.now() }, context);
    if (context.temporary === true) remember(registry, raw, context);
    else await cacheIndex(registry, raw, context);
    return loaded;
  } catch (error) {
    if (cached === undefined || !(error instanceof AtkError) || error.code !== "E_GIT") throw error;
    return { ...(await accept(registry, cached, context)), stale: error.message };
  }
}

interface Unkept {
  readonly registry: Registry;
  readonly raw: RawIndex;
}

/** What a run fetched while it might not write yet (a plan). */
const unkept = new WeakMap<Host, Unkept[]>();

function remember(registry: Registry, raw: RawIndex, { host }: SourceContext): void {
  unkept.set(host, [...(unkept.get(host) ?? []), { registry, raw }]);
}

/** Keeps what this run has fetched before it was allowed to write: the indexes, and how new the signed ones are. No network. */
export async function keepIndexes(context: SourceContext): Promise<void> {
  const found = unkept.get(context.host) ?? [];
  unkept.delete(context.host);
  for (const { registry, raw } of found) {
    await accept(registry, { raw }, context);
    await cacheIndex(registry, raw, context);
  }
}

/** The index at another commit of a git registry, its signature checked; how new it is says the tag that led here. */
export async function loadAt(registry: Registry, commit: string, context: SourceContext): Promise<RegistryIndex> {
  const raw = await readRegistry(registry, context, commit);
  checkSignature(registry, raw);
  return parse(registry, raw);
}

type Found = { readonly raw: RawIndex; readonly fetchedAt?: Date };

async function accept(registry: Registry, { raw, fetchedAt }: Found, context: SourceContext): Promise<LoadedRegistry> {
  const timestamp = checkSignature(registry, raw);
  const index = await parse(registry, raw);
  if (timestamp !== undefined) await checkNotOlder(registry, timestamp, context);
  const { commit, tags = {} } = raw;
  return {
    registry,
    index,
    tags,
    ...(commit === undefined ? {} : { commit }),
    ...(fetchedAt === undefined ? {} : { fetchedAt }),
  };
}

/** Gives when it was signed, in seconds since 1970; undefined where no key is asked for. */
function checkSignature({ name, key }: Registry, { bytes, signature, format }: RawIndex): number | undefined {
  if (key === undefined) return undefined;
  const refuse = (why: string): AtkError =>
    new AtkError("E_INTEGRITY", `registry ${name}: ${why}`, {
      hint: "atk registry sign DIR --key-file FILE (by who keeps it)",
    });
  if (format !== "json") throw refuse("the manifest names a key, and an index.yaml cannot be signed");
  if (signature === undefined) throw refuse("the manifest names a key, and the index is not signed");
  const { timestamp } = verifySignature(bytes, signature, { publicKey: key, what: `registry ${name}` });
  if (timestamp === undefined) throw refuse("its signature does not say when it was made (timestamp:SECONDS)");
  return timestamp;
}

function requireKey({ name, key }: Registry, { signedOnly }: SourceContext): void {
  if (signedOnly !== true || key !== undefined) return;
  throw new AtkError("E_POLICY", `registry ${name} has no key, and the policy wants signed registries only`, {
    hint: `write its key into the manifest (registries: key), or atk registry remove ${name}`,
  });
}

function parse(registry: Registry, { bytes, format }: RawIndex): Promise<RegistryIndex> {
  return parseIndex(bytes, { file: fileOf(registry, format === "json" ? INDEX_FILE : OLD_INDEX_FILE), format });
}

function fileOf({ name, place }: Registry, file: string): string {
  return place.type === "git" ? `${maskUrl(place.url)} ${file} (registry ${name})` : join(place.directory, file);
}

function notHere({ name }: Registry): AtkError {
  return new AtkError(
    "E_SOURCE",
    `the index of registry ${name} is not on this machine, and the network is not to be used`,
    {
      hint: `atk registry update ${name} (once, with a network)`,
    },
  );
}
