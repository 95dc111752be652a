import type { Host } from "../core/host.ts";
import { readIndex, type RegistryEntry } from "../sources/registry-index.ts";
import { registryDirectory } from "./plugin-source.ts";

/** Plugins of the built-in registry whose name, description or tags contain the query, whatever the case; sorted by name. */
export async function searchRegistry(query: string, host: Host): Promise<readonly RegistryEntry[]> {
  const wanted = query.toLowerCase();
  const index = await readIndex(registryDirectory(), host.files);
  return index.plugins.filter(({ name, description, tags }) =>
    [name, description, ...tags].some((text) => text.toLowerCase().includes(wanted)),
  );
}
