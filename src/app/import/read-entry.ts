import type { McpSupport } from "../../clients/client.ts";
import { readings } from "../../clients/readings.ts";
import { canonical, equal, isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Shape } from "../../core/resource.ts";
import type { Scope, Server } from "../../core/server.ts";
import { view } from "../../primitives/view.ts";

/** The server an entry stands for, or why no declaration gives that entry. */
export type ReadEntry = { readonly server: Server } | { readonly reason: string };

/**
 * The inverse of a client's spelling: a server that, spelled for this client again, is equal to the entry in everything atk owns.
 * Never a near miss. Pure.
 */
export function readEntry(id: string, entry: Json, mcp: McpSupport, scope: Scope): ReadEntry {
  if (!isObject(entry)) return { reason: "it is not a map" };
  // Taken over it would be switched on for the next agent or machine that gets it.
  if (entry["enabled"] === false || entry["disabled"] === true) return { reason: "it is switched off" };
  const shape: Shape = { id, owned: mcp.owned, defaults: mcp.defaults ?? {} };
  const wanted = view(entry, shape);
  const candidates = readings(id, entry, mcp.transports);
  const faults: string[] = [];
  const misses: JsonObject[] = [];
  for (const server of candidates) {
    const found = mcp.check?.(server, scope) ?? [];
    faults.push(...found);
    if (found.length > 0) continue;
    const spelled = view(mcp.spell(server, scope), shape);
    if (canonical(spelled) === canonical(wanted)) return { server };
    if (isObject(spelled)) misses.push(spelled);
  }
  return { reason: reasonOf(entry, isObject(wanted) ? wanted : {}, misses, faults) };
}

function reasonOf(
  entry: JsonObject,
  wanted: JsonObject,
  misses: readonly JsonObject[],
  faults: readonly string[],
): string {
  const [fewest] = misses.map((miss) => differing(wanted, miss)).sort((a, b) => a.length - b.length);
  if (fewest !== undefined) return `no declaration says the same of its ${fewest.join(" and its ")}`;
  if (faults[0] !== undefined) return faults[0];
  const odd = oddValue(entry);
  if (odd !== undefined) return `${odd} is not text`;
  return "it has neither a command nor an address";
}

function differing(a: JsonObject, b: JsonObject): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !equal(a[key], b[key]));
}

/** A variable or header whose value is a number or a list, by its name. */
function oddValue(entry: JsonObject): string | undefined {
  for (const key of ["env", "environment", "envs", "headers", "http_headers"]) {
    const map = entry[key];
    if (!isObject(map)) continue;
    const odd = Object.keys(map).find((name) => typeof map[name] !== "string");
    if (odd !== undefined) return `${key} ${odd}`;
  }
  return undefined;
}
