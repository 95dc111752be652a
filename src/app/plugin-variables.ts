import { keptBy } from "../manifest/kept-value.ts";
import type { Context } from "./context.ts";
import {
  describeVariables,
  dotenvOf,
  NOTHING_KEPT,
  type DescribedPlugin,
  type Kept,
  type PluginVariables,
} from "./plugin-env.ts";

export interface VariableOptions {
  readonly writtenAs?: string | undefined;
  /** Looks up values that are kept elsewhere. Only for what is started now. */
  readonly lookUp?: boolean;
}

/** As `describeVariables`, with values that are kept elsewhere. @throws AtkError E_ENV with `lookUp` when one of them cannot be had */
export async function pluginVariables(
  plugin: DescribedPlugin,
  context: Context,
  { writtenAs, lookUp = false }: VariableOptions = {},
): Promise<PluginVariables> {
  return describeVariables(plugin, context, { writtenAs, kept: await keptValues(plugin, lookUp, context) });
}

/** What .env says comes first, so a value that it has is not looked up. */
export async function keptValues(plugin: DescribedPlugin, lookUpNow: boolean, context: Context): Promise<Kept> {
  const { env } = plugin.entry;
  const all = Object.keys(env).filter((name) => keptBy(env[name]) !== undefined);
  if (all.length === 0) return NOTHING_KEPT;
  const { isThere, lookUp } = await import("./secrets.ts");
  const dotenv = await dotenvOf(plugin, context);
  const there = new Set<string>();
  const values: Record<string, string> = {};
  await Promise.all(
    all.map(async (name) => {
      const value = keptBy(env[name]);
      if (value === undefined || dotenv[name]) return;
      if (await isThere(value, context)) there.add(name);
      if (lookUpNow) values[name] = await lookUp(value, context);
    }),
  );
  return { there, values };
}
