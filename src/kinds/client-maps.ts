import type { McpSupport } from "../clients/client.ts";
import type { Pointer } from "../core/resource.ts";
import type { Scene } from "./scene.ts";

/** A place where wired clients keep their MCP servers: the map (or list) that atk's entries stand in, beside those of others. */
export interface ClientMap {
  /** All clients that read this place; the first one names its entries. */
  readonly agents: readonly string[];
  readonly file: string;
  readonly format: McpSupport["format"];
  readonly root: Pointer;
  /** For a list: the field that has the name. */
  readonly by?: string;
}

/** The maps of all wired clients in this scope, each place once, in the order of their names. Pure. */
export function clientMapsOf({ agents }: Pick<Scene, "agents">): readonly ClientMap[] {
  const maps = new Map<string, ClientMap>();
  for (const [agent, { client, mcpFile }] of Object.entries(agents).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { mcp } = client;
    if (mcp === undefined || mcpFile === undefined) continue;
    const { format, root, item } = mcp;
    const map = { agents: [agent], file: mcpFile, format, root, ...(item === undefined ? {} : { by: item.by }) };
    const shared = maps.get(mapKey(map));
    maps.set(mapKey(map), shared === undefined ? map : { ...shared, agents: [...shared.agents, agent] });
  }
  return [...maps.values()];
}

/** One text for one place, for the state. */
export function mapKey({ file, root }: Pick<ClientMap, "file" | "root">): string {
  return `${file}#${JSON.stringify(root)}`;
}
