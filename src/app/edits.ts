import { AtkError } from "../core/errors.ts";
import type { Context } from "./context.ts";
import { withManifest, type Inputs } from "./inputs.ts";

/** An edit of the manifest's text, keeping comments, order and quoting. */
export type TextEdit = (text: string, file: string) => string;

/** The edit as a change of the inputs: the new text is parsed and validated before anything is planned. */
export function editing(context: Context, edit: TextEdit): (inputs: Inputs) => Promise<Inputs> {
  return (inputs) => withManifest(inputs, edit(inputs.manifestText, context.workspace.manifestFile), context);
}

export interface WiredEntry {
  readonly noun: "plugin" | "server";
  /** Undefined: the manifest's own. */
  readonly agents?: readonly string[];
}

/** The plugin, or else the server of `mcp_servers`, with that name, as it is written. @throws AtkError E_PLUGIN_NOT_FOUND */
export function requireEntry(name: string, { written: manifest }: Inputs): WiredEntry {
  const plugin = manifest.plugins.find((entry) => entry.name === name);
  const server = Object.hasOwn(manifest.servers, name) ? manifest.servers[name] : undefined;
  const found = plugin ?? server;
  if (found !== undefined) {
    const { agents } = found;
    return { noun: plugin === undefined ? "server" : "plugin", ...(agents === undefined ? {} : { agents }) };
  }
  const names = [...manifest.plugins.map((entry) => entry.name), ...Object.keys(manifest.servers)].join(", ");
  throw new AtkError(
    "E_PLUGIN_NOT_FOUND",
    `there is no plugin or server ${JSON.stringify(name)} in the manifest; it has ${names || "none yet"}`,
  );
}

/** What the agents of an entry are after some are added and some taken away. */
export function agentsAfter(
  now: readonly string[],
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): readonly string[] {
  const kept = now.filter((agent) => !change.remove.includes(agent));
  return [...new Set([...kept, ...change.add])];
}
