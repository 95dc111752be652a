import { isObject } from "../../core/json.ts";
import { SERVER_JSON } from "./fits-layout.ts";
import type { Found, Layout } from "./layout.ts";

/** A repository with the server.json that it publishes to the MCP registry. */
export const serverJson: Layout = {
  what: "a server.json of the MCP registry",
  fits: (paths) => paths.has(SERVER_JSON),
  async read(found: Found) {
    const { value: data } = await found.json(SERVER_JSON);
    // Other programs have a file of that name too.
    if (!isObject(data) || !(Array.isArray(data["packages"]) || Array.isArray(data["remotes"]))) return undefined;
    const [{ pluginFromServerJson }, { parse }] = await Promise.all([
      import("../server-json-plugin.ts"),
      import("yaml"),
    ]);
    const { yaml, remarks } = pluginFromServerJson(data);
    const plugin: unknown = parse(yaml);
    return isObject(plugin) ? { plugin, files: [], remarks } : undefined;
  },
};
