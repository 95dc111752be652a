import type { JsonObject } from "../core/json.ts";
import { locatorKey, type Resource } from "../core/resource.ts";

/** Entries that several clients read at the same place become one, known to all of them. */
export function mergeShared(resources: readonly Resource[]): readonly Resource[] {
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    const key = locatorKey(resource.locator);
    const other = seen.get(key);
    seen.set(key, other === undefined ? resource : shareEntry(other, resource));
  }
  return [...seen.values()];
}

function shareEntry(first: Resource, second: Resource): Resource {
  const agents = [...first.agents, ...second.agents.filter((agent) => !first.agents.includes(agent))];
  if (first.content.kind !== "fragment" || second.content.kind !== "fragment") return { ...first, agents };
  const value: JsonObject = { ...second.content.value, ...first.content.value };
  const owned = [...new Set([...(first.shape?.owned ?? []), ...(second.shape?.owned ?? [])])];
  const shape = { id: agents.join("+"), owned, defaults: { ...second.shape?.defaults, ...first.shape?.defaults } };
  return { ...first, agents, content: { kind: "fragment", value }, shape };
}
