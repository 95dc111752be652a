import type { Source } from "../../manifest/manifest.ts";
import type { SourceContext } from "../../sources/context.ts";
import { BUILT_IN } from "../../sources/registries/registry.ts";

/** What a person who adds a plugin of a registry should know: which registry won, and that the index is an old one. */
export async function registryNotices(
  name: string,
  source: Extract<Source, { type: "registry" }>,
  context: SourceContext,
): Promise<readonly string[]> {
  const { findPlugin, namesakes } = await import("../../sources/registries/find-plugin.ts");
  const { loaded } = await findPlugin(name, source, context);
  const { registry } = loaded;
  const others = await namesakes(name, registry.name, context);
  const stale = loaded.stale === undefined ? [] : [staleWords(registry.name, loaded)];
  if (others.length === 0) return stale;
  const [first = BUILT_IN] = others;
  const have = `${others.join(", ")} ${others.length === 1 ? "has" : "have"} a plugin of that name too`;
  return [`${name} is the one of registry ${registry.name}; ${have} (atk add ${first}/${name})`, ...stale];
}

/** An old index that had to do, and why. */
export function staleWords(
  name: string,
  { fetchedAt, stale = "" }: { readonly fetchedAt?: Date; readonly stale?: string },
): string {
  return `registry ${name}: its index is from ${fetchedAt?.toISOString() ?? "an earlier time"}, there is no newer one: ${stale}`;
}
