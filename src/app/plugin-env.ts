import { join } from "node:path";
import type { Reference } from "../core/server.ts";
import { parseDotenv } from "../formats/dotenv.ts";
import { bindVariables, type PluginEnvironment } from "../manifest/plugin-environment.ts";
import type { Context } from "./context.ts";
import type { LoadedPlugin } from "./load-plugins.ts";
import { isThere, keptBy, lookUp } from "./secrets.ts";

export type GoodPlugin = Exclude<LoadedPlugin, { fault: unknown }>;

export interface PluginVariables {
  readonly environment: PluginEnvironment;
  /** Required names without any value, in the plugin's order. */
  readonly missing: readonly string[];
  /** The value of a variable in clear, from wherever it has one; of values that are kept elsewhere only when they were looked up. Never for showing. */
  value(name: string): string | undefined;
  /** What a reference of one of the plugin's servers stands for, in clear: a secret that atk holds, else the inherited variable. */
  lookUp(reference: Reference): string | undefined;
}

export interface VariableOptions {
  /** How the plugin's folder is written where it must mean the same on every machine. */
  readonly writtenAs?: string | undefined;
  /** Looks up values that are kept elsewhere (manifest: `{ secret: NAME }` and its like). Only for what is started now. */
  readonly lookUp?: boolean;
}

/**
 * The variables of a plugin on this machine; for the order of precedence see manifest/plugin-environment.ts.
 * @throws AtkError E_ENV with `lookUp` when a kept value cannot be had
 */
export async function pluginVariables(
  plugin: GoodPlugin,
  context: Context,
  options: VariableOptions = {},
): Promise<PluginVariables> {
  const { look, host, environmentFiles } = context;
  const { entry, definition, directory } = plugin;
  const file = join(directory, ".env");
  const text = environmentFiles?.[entry.name] ?? (await look.text(file));
  const dotenv =
    text === undefined
      ? {}
      : Object.fromEntries(parseDotenv(text, file).entries.map(({ name, value }) => [name, value]));
  const inherited = host.machine.env;
  const environment: PluginEnvironment = {
    pluginDirectory: options.writtenAs ?? directory,
    dotenv,
    manifestEnv: entry.env,
    isInherited: (name) => Boolean(inherited[name]),
  };
  const { envVars } = definition.plugin;
  const bind = bindVariables(envVars, environment);
  const kept = await keptValues(environment, options.lookUp ?? false, context);
  const secretValue = (name: string): string | undefined => clearValue(name, environment) ?? kept.values[name];
  const value = (name: string): string | undefined => {
    const binding = bind(name);
    if (binding.kind === "clear") return binding.value;
    if (binding.kind === "reference") return prefixed(binding.prefix, inherited[binding.name]);
    return binding.kind === "secret" ? secretValue(binding.name) : undefined;
  };
  const lookUp = ({ env, prefix }: Reference): string | undefined =>
    prefixed(prefix, secretValue(env) ?? inherited[env]);
  return {
    environment,
    value,
    lookUp,
    missing: envVars
      .filter(({ name, required }) => required && !value(name) && !kept.there.has(name))
      .map((each) => each.name),
  };
}

interface Kept {
  /** Names whose values are kept elsewhere and can be expected there. */
  readonly there: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string>>;
}

/** What .env says comes first, so a value that it has is not looked up. */
async function keptValues(
  { dotenv, manifestEnv }: PluginEnvironment,
  lookUpNow: boolean,
  context: Context,
): Promise<Kept> {
  const names = Object.keys(manifestEnv).filter((name) => keptBy(manifestEnv[name]) !== undefined && !dotenv[name]);
  const there = new Set<string>();
  const values: Record<string, string> = {};
  await Promise.all(
    names.map(async (name) => {
      const value = keptBy(manifestEnv[name]);
      if (value === undefined) return;
      if (await isThere(value, context)) there.add(name);
      if (lookUpNow) values[name] = await lookUp(value, context);
    }),
  );
  return { there, values };
}

function prefixed(prefix = "", value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${prefix}${value}`;
}

function clearValue(name: string, { dotenv, manifestEnv }: PluginEnvironment): string | undefined {
  const declared = manifestEnv[name];
  return dotenv[name] || (typeof declared === "string" ? declared : undefined);
}
