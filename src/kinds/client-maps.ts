import type { McpSupport } from "../clients/client.ts";
import type { Pointer } from "../core/resource.ts";
import type { Scene, WiredClient } from "./scene.ts";

/** A place where wired clients keep their MCP servers: the map (or list) that atk's entries stand in, beside those of others. */
export interface ClientMap {
  /** All clients that read this place; the first one names its entries. */
  readonly agents: readonly string[];
  readonly file: string;
  readonly format: McpSupport["format"];
  readonly root: Pointer;
  /** For a list: the field that has the name. */
  readonly by?: string;
  /** Servers that count in one project only: its folder; `*` stands for every project that the file has. */
  readonly project?: string;
}

/** Stands for the folder of any project in the place of a client's local servers. */
export const ANY_PROJECT = "*";

/** The maps of all wired clients in this scope, each place once, in the order of their names. Pure. */
export function clientMapsOf(scene: Pick<Scene, "agents" | "scope" | "directory">): readonly ClientMap[] {
  const maps = new Map<string, ClientMap>();
  for (const [agent, wired] of Object.entries(scene.agents).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const map of [...ownMap(agent, wired), ...localMap(agent, wired, scene)]) {
      const shared = maps.get(mapKey(map));
      maps.set(mapKey(map), shared === undefined ? map : { ...shared, agents: [...shared.agents, agent] });
    }
  }
  return [...maps.values()];
}

function ownMap(agent: string, { client: { mcp }, mcpFile }: WiredClient): readonly ClientMap[] {
  if (mcp === undefined || mcpFile === undefined) return [];
  const { format, root, item } = mcp;
  return [{ agents: [agent], file: mcpFile, format, root, ...(item === undefined ? {} : { by: item.by }) }];
}

/** A home looks at all projects, a project at itself. */
function localMap(
  agent: string,
  { client: { mcp }, localFile }: WiredClient,
  { scope, directory }: Pick<Scene, "scope" | "directory">,
): readonly ClientMap[] {
  if (mcp?.local === undefined || localFile === undefined) return [];
  const project = scope === "project" ? directory : ANY_PROJECT;
  const root = mcp.local.map((key) => (key === ANY_PROJECT ? project : key));
  return [{ agents: [agent], file: localFile, format: mcp.format, root, project }];
}

/** One text for one place, for the state. */
export function mapKey({ file, root }: Pick<ClientMap, "file" | "root">): string {
  return `${file}#${JSON.stringify(root)}`;
}
