import type { DescribedPlugin, Kept, Surroundings } from "./plugin-env.ts";
import { startableServers } from "./plugin-servers.ts";
import { setupHint } from "./setup/setup-hint.ts";
import type { ServerSpec } from "./server-specs.ts";

/** The servers of a plugin as they are really started. @throws AtkError E_PLUGIN_INVALID, E_FORMAT. */
export async function pluginSpecs(
  plugin: DescribedPlugin,
  surroundings: Surroundings,
  kept?: Kept,
): Promise<readonly ServerSpec[]> {
  const { entry, directory } = plugin;
  const servers = await startableServers(plugin, surroundings, kept);
  return servers.map(({ server, env, missing }) => ({
    owner: entry.name,
    server,
    env,
    missing,
    directory,
    hint: setupHint(entry.name),
  }));
}
