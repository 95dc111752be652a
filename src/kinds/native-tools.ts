import type { McpSupport } from "../clients/client.ts";
import type { JsonObject } from "../core/json.ts";

/** Which tools of a server agents may see, and which it has, as far as that was recorded. */
export interface ToolWish {
  readonly filter?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] };
  /** Names of the recorded tools that the filter lets through. */
  readonly allowed?: readonly string[];
  /** The launcher compares what the server says. */
  readonly guard?: boolean;
}

/**
 * A filter in a client's own words; undefined where it has none that say the same, so that the launcher has to filter. Clients
 * know names, not patterns: those are written out as the tools that were recorded, and a tool that comes later is left out.
 */
export function nativeTools({ filter, allowed }: ToolWish, support: McpSupport["tools"]): JsonObject | undefined {
  if (filter === undefined) return {};
  if (support === undefined) return undefined;
  const { allow, deny = [] } = filter;
  const isPlain = [...(allow ?? []), ...deny].every((name) => !name.includes("*"));
  if (
    isPlain &&
    support.deny !== undefined &&
    deny.length > 0 &&
    (allow === undefined || support.allow !== undefined)
  ) {
    const allowing = allow === undefined || support.allow === undefined ? {} : { [support.allow]: sorted(allow) };
    return allow?.length === 0 ? undefined : { ...allowing, [support.deny]: sorted(deny) };
  }
  if (support.allow === undefined) return undefined;
  const names = isPlain && allow !== undefined ? allow.filter((name) => !deny.includes(name)) : allowed;
  // What an empty list means differs from client to client.
  return names === undefined || names.length === 0 ? undefined : { [support.allow]: sorted(names) };
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
