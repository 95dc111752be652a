import { join } from "node:path";
import type { Machine } from "../core/host.ts";
import type { Reference } from "../core/server.ts";
import { dotenvVariables } from "../formats/dotenv-variables.ts";
import type { PluginEntry } from "../manifest/manifest.ts";
import type { Plugin } from "../manifest/plugin.ts";
import { bindVariables, type PluginEnvironment } from "../manifest/plugin-environment.ts";
import { environmentText, type EnvironmentFiles } from "./environment-file.ts";
import type { LoadedPlugin } from "./load-plugins.ts";

export type GoodPlugin = Exclude<LoadedPlugin, { fault: unknown }>;

/** A plugin as far as its variables and servers go. */
export interface DescribedPlugin {
  readonly entry: Pick<PluginEntry, "name" | "env" | "layers">;
  readonly directory: string;
  readonly definition: { readonly plugin: Pick<Plugin, "envVars" | "servers"> };
}

/** The part of the world that variables come from. */
export interface Surroundings extends EnvironmentFiles {
  readonly host: { readonly machine: Pick<Machine, "env"> };
}

export interface PluginVariables {
  readonly environment: PluginEnvironment;
  /** Required names without any value, in the plugin's order. */
  readonly missing: readonly string[];
  /** The value of a variable in clear, from wherever it has one. Never for showing. */
  value(name: string): string | undefined;
  /** What a reference of one of the plugin's servers stands for, in clear: a secret that atk holds, else the inherited variable. */
  lookUp(reference: Reference): string | undefined;
}

/** What is known of values that are kept elsewhere (manifest: `{ secret: NAME }` and its like). */
export interface Kept {
  /** Names of variables whose values can be expected there. */
  readonly there: ReadonlySet<string>;
  /** Those that were looked up, in clear. */
  readonly values: Readonly<Record<string, string>>;
}

export const NOTHING_KEPT: Kept = { there: new Set(), values: {} };

export interface DescribeOptions {
  /** How the plugin's folder is written where it must mean the same on every machine. */
  readonly writtenAs?: string | undefined;
  readonly kept?: Kept;
}

/** The variables of a plugin on this machine; for the order of precedence see manifest/plugin-environment.ts. */
export async function describeVariables(
  plugin: DescribedPlugin,
  surroundings: Surroundings,
  { writtenAs, kept = NOTHING_KEPT }: DescribeOptions = {},
): Promise<PluginVariables> {
  const { host } = surroundings;
  const { entry, definition, directory } = plugin;
  const dotenv = await dotenvOf(plugin, surroundings);
  const inherited = host.machine.env;
  const environment: PluginEnvironment = {
    pluginDirectory: writtenAs ?? directory,
    dotenv,
    manifestEnv: entry.env,
    ...(entry.layers === undefined ? {} : { layers: entry.layers }),
    isInherited: (name) => Boolean(inherited[name]),
  };
  const { envVars } = definition.plugin;
  const bind = bindVariables(envVars, environment);
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

/** The plugin's own .env: as it will be when this run is done, else as it is. */
export async function dotenvOf(
  { entry, directory }: Pick<DescribedPlugin, "entry" | "directory">,
  surroundings: EnvironmentFiles,
): Promise<Readonly<Record<string, string>>> {
  const text = await environmentText(entry.name, join(directory, ".env"), surroundings);
  return text === undefined ? {} : dotenvVariables(text);
}

function prefixed(prefix = "", value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${prefix}${value}`;
}

function clearValue(name: string, { dotenv, manifestEnv }: PluginEnvironment): string | undefined {
  const declared = manifestEnv[name];
  return dotenv[name] || (typeof declared === "string" ? declared : undefined);
}
