import { showPlace, type Problem } from "../core/errors.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import { MAX_NAME_LENGTH } from "./names.ts";
import type { PlaceFinder } from "./schema-problems.ts";
import type { RawPlugin } from "./generated/plugin.generated.js";

/** What the schema cannot say. Takes data that may be wrong everywhere else. */
export function pluginProblems(data: JsonObject, id: string, place: PlaceFinder): readonly Problem[] {
  const { mcp_servers: servers, mcp } = data;
  if (!isObject(servers)) return [];
  const ids = new Set(mcp === undefined ? [] : [id]);
  return Object.keys(servers).flatMap((key) => {
    const pointer = `/mcp_servers/${key}`;
    const full = fullServerId(id, key);
    if (full.length > MAX_NAME_LENGTH) {
      const message = `mcp_servers.${key}: agents would see \`${full}\`, which is longer than ${MAX_NAME_LENGTH} characters`;
      return [{ message, at: place(pointer, "key"), hint: "use a shorter id" }];
    }
    const isTaken = ids.has(full);
    ids.add(full);
    if (!isTaken) return [];
    const message = `mcp_servers.${key}: agents would see two servers called \`${full}\``;
    return [{ message, at: place(pointer, "key"), hint: "use another id" }];
  });
}

/** What agents see for a server of `mcp_servers`: the plugin's id stands before it, so that two plugins never collide. */
export function fullServerId(pluginId: string, key: string): string {
  return key === pluginId || key.startsWith(`${pluginId}-`) ? key : `${pluginId}-${key}`;
}

export function pluginWarnings(data: RawPlugin, place: PlaceFinder): readonly string[] {
  const seen = new Set<string>();
  return (data.env_vars ?? []).flatMap(({ name }, at) => {
    const isAgain = seen.has(name);
    seen.add(name);
    const where = showPlace(place(`/env_vars/${at}/name`));
    return isAgain ? [`${where}: env_vars.${at}: ${name} is declared twice; the last one counts`] : [];
  });
}
