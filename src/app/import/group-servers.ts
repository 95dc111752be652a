import { canonical } from "../../core/json.ts";
import type { Server } from "../../core/server.ts";
import { view } from "../../primitives/view.ts";
import type { Scope } from "../../core/server.ts";
import type { FoundServer } from "./find-servers.ts";
import type { LeftAlone } from "./left-alone.ts";

/** One declaration for all clients that have the same. */
export interface ServerGroup {
  readonly id: string;
  readonly server: Server;
  readonly entries: readonly FoundServer[];
}

export interface Grouped {
  readonly groups: readonly ServerGroup[];
  readonly left: readonly LeftAlone[];
}

export interface Preference {
  readonly scope: Scope;
  /** Whose entry is taken where clients differ. */
  readonly prefer: readonly string[];
}

/** The entries of each name as one: what most clients say, or what the preferred one says; the others are left alone. Pure. */
export function groupServers(found: readonly FoundServer[], preference: Preference): Grouped {
  const ids = [...new Set(found.map(({ id }) => id))].sort();
  const parts = ids.map((id) =>
    groupOf(
      found.filter((each) => each.id === id),
      preference,
    ),
  );
  return {
    groups: parts.flatMap(({ group }) => (group === undefined ? [] : [group])),
    left: parts.flatMap(({ left }) => left),
  };
}

function groupOf(
  entries: readonly FoundServer[],
  { scope, prefer }: Preference,
): { readonly group?: ServerGroup; readonly left: readonly LeftAlone[] } {
  const variants = distinct(entries.map(({ server }) => server)).map((server): ServerGroup => {
    return { id: server.id, server, entries: entries.filter((entry) => fits(server, entry, scope)) };
  });
  const most = Math.max(...variants.map((variant) => placesOf(variant)));
  const wanted = variants.filter(({ entries: own }) => own.some(({ agent }) => prefer.includes(agent)));
  const best = wanted.length > 0 ? wanted : variants.filter((variant) => placesOf(variant) === most);
  const isClear = best.every(({ entries: own }) => sameEntries(own, best[0]?.entries ?? []));
  const group = isClear ? best[0] : undefined;
  const others = entries.filter((entry) => group?.entries.includes(entry) !== true);
  return { ...(group === undefined ? {} : { group }), left: describeOthers(others, group) };
}

/** Clients that read the same file count once. */
function placesOf({ entries }: ServerGroup): number {
  return new Set(entries.map(({ place }) => place)).size;
}

function distinct(servers: readonly Server[]): readonly Server[] {
  return [...new Map(servers.map((server) => [canonical(server as never), server])).values()];
}

/** Whether this server, spelled for that client, is what stands there. */
function fits(server: Server, { mcp, entry }: FoundServer, scope: Scope): boolean {
  if (!mcp.transports.includes(server.transport) || (mcp.check?.(server, scope) ?? []).length > 0) return false;
  const shape = { id: "", owned: mcp.owned, defaults: mcp.defaults ?? {} };
  return canonical(view(mcp.spell(server, scope), shape)) === canonical(view(entry, shape));
}

function sameEntries(a: readonly FoundServer[], b: readonly FoundServer[]): boolean {
  return a.length === b.length && a.every((entry) => b.includes(entry));
}

function describeOthers(others: readonly FoundServer[], group: ServerGroup | undefined): readonly LeftAlone[] {
  const taken = new Set(group?.entries.map(({ place }) => place) ?? []);
  const agents = [...new Set(others.map(({ agent }) => agent))].sort();
  return others
    .filter(({ place }) => !taken.has(place))
    .map(({ id, agent, file }) => {
      const about = { noun: "mcp_server", name: id, agents: [agent], file } as const;
      const against = group === undefined ? agents.filter((each) => each !== agent) : agentsOf(group);
      const reason = `it differs from what ${against.join(" and ")} ${against.length === 1 ? "has" : "have"} under that name`;
      return { ...about, reason, next: `atk import --prefer ${agent} takes this one instead` };
    });
}

export function agentsOf({ entries }: Pick<ServerGroup, "entries">): readonly string[] {
  return [...new Set(entries.map(({ agent }) => agent))].sort();
}
