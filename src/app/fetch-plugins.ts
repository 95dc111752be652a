import { join } from "node:path";
import { answers } from "../manifest/lock.ts";
import type { PluginEntry } from "../manifest/manifest.ts";
import { sourceKey, treeKey } from "../sources/fetch-memory.ts";
import type { Context, Part } from "./context.ts";
import type { Inputs } from "./inputs.ts";
import type { LoadOptions } from "./load-plugins.ts";
import { isFetched, openPlugin, resolvePlugin } from "./plugin-source.ts";

/**
 * Asks the network for everything that the plugins will ask for anyway, several at once and with progress. What came, and what
 * did not, is in the context's memory: here nothing is thrown, because a source that fails concerns its own plugin only.
 */
export async function fetchPlugins(inputs: Inputs, options: LoadOptions, context: Context): Promise<void> {
  if (options.offline === true || context.offline) return;
  const parts = await Promise.all(inputs.manifest.plugins.map((entry) => partFor(entry, inputs, options, context)));
  const wanted = parts.filter((part) => part !== undefined);
  if (wanted.length > 0) await context.steps(wanted);
}

async function partFor(
  entry: PluginEntry,
  inputs: Inputs,
  options: LoadOptions,
  context: Context,
): Promise<Part<unknown> | undefined> {
  const { isRemote } = await import("../sources/offline.ts");
  if (!isRemote(entry.source) || inputs.resolved?.[entry.name] !== undefined) return undefined;
  const title = `Fetch ${entry.name}`;
  const locked = inputs.lock.plugins[entry.name];
  const { memory } = context;
  if (locked === undefined || !answers(locked, entry)) {
    if (memory.resolved.has(sourceKey(entry.name, entry.source))) return undefined;
    return { title, work: () => resolvePlugin(entry, options, context) };
  }
  if (memory.trees.has(treeKey(entry.name, locked))) return undefined;
  if (await isKnown(entry, inputs, context)) return undefined;
  if (await isFetched(locked, context)) return undefined;
  return { title, work: () => openPlugin(entry, locked, options, context) };
}

/** Its description is remembered, so its content is opened only if it has to be written. */
async function isKnown(entry: PluginEntry, inputs: Inputs, context: Context): Promise<boolean> {
  const locked = inputs.lock.plugins[entry.name];
  if (locked === undefined) return false;
  const { definitionKey } = await import("./load-plugins.ts");
  const directory = join(context.workspace.pluginsDirectory, entry.name);
  const overrides = await context.look.text(join(directory, "custom", "overrides.yaml"));
  return inputs.shortcuts.definitions[definitionKey(entry.name, locked, overrides)] !== undefined;
}
