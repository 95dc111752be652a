import { AtkError } from "../core/errors.ts";
import type { SourceContext } from "../sources/context.ts";
import type { RegistryEntry } from "../sources/registry-index.ts";
import { loadRegistry } from "../sources/registries/load-registry.ts";
import { registriesOf, registryNamed } from "../sources/registries/registry.ts";
import { staleWords } from "./registries/registry-notices.ts";
import { rank } from "./registries/rank.ts";

export interface SearchRequest {
  /** Words; all of them must be found, small mistakes allowed. Empty: everything. */
  readonly query: string;
  /** All of them. */
  readonly tags: readonly string[];
  readonly agent: string | undefined;
  readonly maturity: string | undefined;
  readonly registry: string | undefined;
}

export interface FoundEntry extends RegistryEntry {
  readonly registry: string;
}

export interface SearchResult {
  /** Best first; without words by name. */
  readonly found: readonly FoundEntry[];
  /** Registries that could not be read, or only as they were. */
  readonly notices: readonly string[];
  /** Where nothing was found: what was probably meant. */
  readonly suggestion?: string;
}

/** Plugins of all registries, from the indexes on this machine; old ones are fetched anew where there is a network. A registry fails alone. */
export async function searchRegistries(request: SearchRequest, context: SourceContext): Promise<SearchResult> {
  const { entries, notices } = await allEntries(request.registry, context);
  const fits = await filterOf(request);
  const left = entries.filter(fits);
  const found = request.query.trim() === "" ? [...left].sort(byName) : await rank(request.query, left);
  if (found.length > 0) return { found, notices };
  const suggestion = await suggest(request.query, entries);
  return { found, notices, ...(suggestion === undefined ? {} : { suggestion }) };
}

type All = { readonly entries: readonly FoundEntry[]; readonly notices: readonly string[] };

async function allEntries(name: string | undefined, context: SourceContext): Promise<All> {
  const registries = name === undefined ? registriesOf(context) : [registryNamed(name, context)];
  const parts = registries.map(async (registry): Promise<All> => {
    try {
      const loaded = await loadRegistry(registry, "if-old", context);
      const entries = loaded.index.plugins.map((entry) => ({ ...entry, registry: registry.name }));
      return { entries, notices: loaded.stale === undefined ? [] : [staleWords(registry.name, loaded)] };
    } catch (error) {
      if (!(error instanceof AtkError)) throw error;
      return { entries: [], notices: [`registry ${registry.name} is left out: ${error.message}`] };
    }
  });
  const all = await Promise.all(parts);
  return { entries: all.flatMap((each) => each.entries), notices: all.flatMap((each) => each.notices) };
}

async function filterOf({ tags, agent, maturity }: SearchRequest): Promise<(entry: FoundEntry) => boolean> {
  const supports =
    agent === undefined ? undefined : (await import("./registries/supporting-agents.ts")).supportedBy(agent);
  const wanted = tags.map((tag) => tag.toLowerCase());
  return (entry) =>
    (supports === undefined || supports(entry)) &&
    (maturity === undefined || entry.maturity === maturity) &&
    wanted.every((tag) => entry.tags.some((each) => each.toLowerCase() === tag));
}

async function suggest(query: string, entries: readonly FoundEntry[]): Promise<string | undefined> {
  const { didYouMean } = await import("../manifest/suggest.ts");
  const words = new Set(entries.flatMap(({ name, tags }) => [name, ...tags]));
  return didYouMean(query.trim().toLowerCase(), [...words]);
}

function byName(a: FoundEntry, b: FoundEntry): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
