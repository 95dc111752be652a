import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { environmentFile, readAssignments, withEnvironment } from "../environment-file.ts";
import type { GoodPlugin } from "../plugin-env.ts";
import { pluginVariables } from "../plugin-variables.ts";
import type { FoundPlugins, PluginFault } from "./find-plugins.ts";
import type { Wanted, WantedByPlugin } from "./given-values.ts";

/** What a setup does to one plugin. Names only: it may be shown. */
export interface PreparedSetup {
  readonly name: string;
  /** Names whose value is new or another one. */
  readonly set: readonly string[];
  /** Names that are taken out. */
  readonly unset: readonly string[];
  /** Required names that have no value afterwards either. */
  readonly missing: readonly string[];
}

export interface PreparedSetups {
  /** In it the plugins' .env hold what is wanted. Nothing is written: the change that is made with it does that. */
  readonly context: Context;
  readonly prepared: readonly PreparedSetup[];
  readonly faults: readonly PluginFault[];
}

/**
 * What is to be done to every plugin found.
 * @throws AtkError for a plugin that was named: E_FILE, E_FORMAT, E_ENV when its .env cannot be read or has lines that are no
 * assignment; E_NAME, E_ENV when a value cannot be written
 */
export async function prepareSetups(
  { plugins, isNamed, ...found }: FoundPlugins,
  wanted: WantedByPlugin,
  context: Context,
): Promise<PreparedSetups> {
  let all: PreparedSetups = { context, prepared: [], faults: found.faults };
  for (const plugin of plugins) {
    try {
      const { prepared, context: after } = await prepareOne(plugin, wanted.get(plugin.entry.name), all.context);
      all = { ...all, context: after, prepared: [...all.prepared, prepared] };
    } catch (error) {
      if (isNamed || !(error instanceof AtkError)) throw error;
      all = { ...all, faults: [...all.faults, { name: plugin.entry.name, fault: error }] };
    }
  }
  return all;
}

async function prepareOne(
  plugin: GoodPlugin,
  wanted: Wanted = { set: {}, unset: [] },
  context: Context,
): Promise<{ readonly context: Context; readonly prepared: PreparedSetup }> {
  const { name } = plugin.entry;
  const now = await valuesInDotenv(name, context);
  const set = Object.entries(wanted.set).filter(([key, value]) => now[key] !== value);
  const unset = [...new Set(wanted.unset)].filter((key) => Object.hasOwn(now, key));
  const edit = { set: Object.fromEntries(set), unset, describe: descriptions(plugin) };
  const after = set.length + unset.length === 0 ? context : withEnvironment(name, edit, context);
  const { missing } = await pluginVariables(plugin, after);
  return { context: after, prepared: { name, set: set.map(([key]) => key), unset, missing } };
}

/** What a plugin's .env has now. @throws AtkError as `prepareSetups` */
export async function valuesInDotenv(plugin: string, context: Context): Promise<Readonly<Record<string, string>>> {
  const file = environmentFile(plugin, context);
  const text = await context.look.text(file);
  return text === undefined ? {} : readAssignments(text, file);
}

function descriptions({ definition }: GoodPlugin): Readonly<Record<string, string>> {
  return Object.fromEntries(
    definition.plugin.envVars.flatMap(({ name, description }) =>
      description === undefined ? [] : [[name, description] as const],
    ),
  );
}
