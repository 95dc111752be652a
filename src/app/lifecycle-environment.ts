import type { Context } from "./context.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { pluginVariables } from "./plugin-variables.ts";

/** What lifecycle commands find in their environment beside this process's own. */
export async function lifecycleEnvironment(
  plugin: GoodPlugin,
  context: Context,
  lookUp = true,
): Promise<Readonly<Record<string, string>>> {
  const variables = await pluginVariables(plugin, context, { lookUp });
  const names = new Set([
    ...plugin.definition.plugin.envVars.map((each) => each.name),
    ...Object.keys(plugin.entry.env),
    ...Object.keys(variables.environment.dotenv),
  ]);
  const values = [...names].flatMap((name) => {
    const value = variables.value(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...plugin.portEnv,
    ...Object.fromEntries(values),
    ATK_HOME: context.workspace.directory,
    ATK_PLUGIN_DIR: plugin.directory,
    ATK_NONINTERACTIVE: "1",
  };
}
