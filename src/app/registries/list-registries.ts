import { AtkError } from "../../core/errors.ts";
import { maskUrl } from "../../git/git-error.ts";
import type { SourceContext } from "../../sources/context.ts";
import { loadRegistry, type LoadedRegistry, type Refresh } from "../../sources/registries/load-registry.ts";
import { registriesOf, registryNamed, type Registry } from "../../sources/registries/registry.ts";

/** One registry as it is known on this machine. */
export interface ListedRegistry {
  readonly name: string;
  readonly priority: number;
  readonly type: Registry["place"]["type"];
  /** As in the manifest, without credentials. */
  readonly url?: string;
  readonly signed: boolean;
  readonly plugins?: number;
  readonly commit?: string;
  /** ISO 8601, UTC. */
  readonly fetched?: string;
  /** Why the index is an old one. */
  readonly stale?: string;
  /** Why it cannot be used. */
  readonly fault?: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** Every registry, the one that is asked first in front. Uses what is on this machine, never the network. */
export function listRegistries(context: SourceContext): Promise<readonly ListedRegistry[]> {
  return Promise.all(registriesOf(context).map((registry) => view(registry, "never", context)));
}

/** Fetches the index of one registry, or of all; each fails alone. @throws AtkError E_PLUGIN_NOT_FOUND for an unknown name. */
export async function updateRegistries(
  name: string | undefined,
  context: SourceContext,
): Promise<readonly ListedRegistry[]> {
  const all = name === undefined ? registriesOf(context) : [registryNamed(name, context)];
  return Promise.all(all.map((registry) => view(registry, "always", context)));
}

async function view(registry: Registry, refresh: Refresh, context: SourceContext): Promise<ListedRegistry> {
  const { name, priority, place, origin, key } = registry;
  const own = {
    name,
    priority,
    type: place.type,
    ...(origin === undefined ? {} : { url: maskUrl(origin) }),
    signed: key !== undefined,
  };
  try {
    return { ...own, ...known(await loadRegistry(registry, refresh, context)) };
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    const { code, message, hint } = error;
    return { ...own, fault: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
}

function known({ index, commit, fetchedAt, stale }: LoadedRegistry): Partial<ListedRegistry> {
  return {
    plugins: index.plugins.length,
    ...(commit === undefined ? {} : { commit }),
    ...(fetchedAt === undefined ? {} : { fetched: fetchedAt.toISOString() }),
    ...(stale === undefined ? {} : { stale }),
  };
}
