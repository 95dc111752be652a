import { join } from "node:path";
import type { Machine } from "../core/host.ts";
import type { Reference } from "../core/server.ts";
import { dotenvVariables } from "../formats/dotenv-variables.ts";
import type { PluginEntry } from "../manifest/manifest.ts";
import type { Plugin } from "../manifest/plugin.ts";
import { bindVariables, type PluginEnvironment } from "../manifest/plugin-environment.ts";
import type { Context } from "./context.ts";
import type { LoadedPlugin } from "./load-plugins.ts";

export type GoodPlugin = Exclude<LoadedPlugin, { fault: unknown }>;

/** A plugin as far as its variables and servers go. */
export interface DescribedPlugin {
  readonly entry: Pick<PluginEntry, "name" | "env">;
  readonly directory: string;
  readonly definition: { readonly plugin: Pick<Plugin, "envVars" | "servers"> };
}

/** The part of the world that variables come from. */
export interface Surroundings extends Pick<Context, "environmentFiles"> {
  readonly look: Pick<Context["look"], "text">;
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

/**
 * The variables of a plugin on this machine; for the order of precedence see manifest/plugin-environment.ts.
 * `writtenAs`: how the plugin's folder is written where it must mean the same on every machine.
 */
export async function pluginVariables(
  plugin: DescribedPlugin,
  { look, host, environmentFiles }: Surroundings,
  writtenAs?: string,
): Promise<PluginVariables> {
  const { entry, definition, directory } = plugin;
  const text = environmentFiles?.[entry.name] ?? (await look.text(join(directory, ".env")));
  const dotenv = text === undefined ? {} : dotenvVariables(text);
  const inherited = host.machine.env;
  const environment: PluginEnvironment = {
    pluginDirectory: writtenAs ?? directory,
    dotenv,
    manifestEnv: entry.env,
    isInherited: (name) => Boolean(inherited[name]),
  };
  const { envVars } = definition.plugin;
  const bind = bindVariables(envVars, environment);
  const value = (name: string): string | undefined => {
    const binding = bind(name);
    if (binding.kind === "clear") return binding.value;
    if (binding.kind === "reference") return prefixed(binding.prefix, inherited[binding.name]);
    return binding.kind === "secret" ? secretValue(binding.name, environment) : undefined;
  };
  const lookUp = ({ env, prefix }: Reference): string | undefined =>
    prefixed(prefix, secretValue(env, environment) ?? inherited[env]);
  return {
    environment,
    value,
    lookUp,
    missing: envVars.filter((each) => each.required && !value(each.name)).map((each) => each.name),
  };
}

function prefixed(prefix = "", value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${prefix}${value}`;
}

function secretValue(name: string, { dotenv, manifestEnv }: PluginEnvironment): string | undefined {
  const declared = manifestEnv[name];
  return dotenv[name] || (typeof declared === "string" ? declared : undefined);
}
