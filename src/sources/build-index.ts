import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import type { Plugin } from "../manifest/plugin.ts";
import { hostile } from "./hostile.ts";
import { mapBounded, READ_WIDTH } from "./map-bounded.ts";
import { readTree } from "./read-tree.ts";
import type { Provides, RegistryEntry, RegistryIndex } from "./registry-index.ts";
import type { Tree } from "./tree.ts";

const INDEX_VERSION = "2026-11-21";
const PLUGINS = "plugins";

/** One folder below `plugins/`, read and understood. */
export interface RegistryPlugin {
  readonly name: string;
  /** Relative to the registry. */
  readonly path: string;
  readonly directory: string;
  readonly tree: Tree;
  readonly plugin: Plugin;
}

/**
 * The index of a registry folder, made from what lies in it. Equal folders give equal indexes.
 * @throws AtkError E_PLUGIN_INVALID or E_HOSTILE for the first plugin that cannot be read; `validateRegistry` gives all problems.
 */
export async function buildIndex(directory: string, files: ReadFiles): Promise<RegistryIndex> {
  const names = await pluginNames(directory, files);
  const plugins = await mapBounded(names, READ_WIDTH, (name) => readRegistryPlugin(name, directory, files));
  return { schema_version: INDEX_VERSION, plugins: plugins.map(toEntry) };
}

/** The index as it is written to index.json. */
export function indexText(index: RegistryIndex): string {
  return `${JSON.stringify(index, undefined, 2)}\n`;
}

/** Folders below `plugins/`, sorted. */
export async function pluginNames(directory: string, files: ReadFiles): Promise<readonly string[]> {
  const entries = await files.list(join(directory, PLUGINS));
  if (entries === undefined) {
    throw new AtkError("E_SOURCE", `${directory} is not a registry: it has no folder ${PLUGINS}/`, {
      at: { file: directory },
    });
  }
  const link = entries.find((entry) => entry.type === "link");
  if (link !== undefined)
    throw hostile({ what: "registry", directory }, `${PLUGINS}/${link.name}`, "a plugin's folder cannot be a link");
  return entries.filter((entry) => entry.type === "directory").map((entry) => entry.name);
}

/** @throws AtkError E_PLUGIN_INVALID, E_HOSTILE. */
export async function readRegistryPlugin(name: string, registry: string, files: ReadFiles): Promise<RegistryPlugin> {
  const path = `${PLUGINS}/${name}`;
  const directory = join(registry, path);
  const tree = await readTree(directory, files, { what: `registry plugin ${name}` });
  return { name, path, directory, tree, plugin: await parse(name, directory, tree) };
}

async function parse(name: string, directory: string, tree: Tree): Promise<Plugin> {
  const file = join(directory, "plugin.yaml");
  const paths = new Set(tree.entries.map((entry) => entry.path));
  if (!paths.has("plugin.yaml"))
    throw new AtkError("E_PLUGIN_INVALID", `there is no plugin.yaml in ${directory}`, { at: { file } });
  const { parsePlugin } = await import("../manifest/parse-plugin.ts");
  const text = new TextDecoder().decode(await tree.read("plugin.yaml"));
  return parsePlugin({ id: name, text, file, hasSkillMd: paths.has("SKILL.md") }).plugin;
}

export function toEntry({ name, path, plugin, tree }: RegistryPlugin): RegistryEntry {
  const executables = tree.entries.flatMap((entry) => (entry.type === "file" && entry.executable ? [entry.path] : []));
  const { description, version = "0.0.0", tags, maturity } = plugin;
  const { integrity } = tree;
  return { name, path, description, version, tags, maturity, integrity, executables, provides: providesOf(plugin) };
}

function providesOf({ servers, skills, instructions, service }: Plugin): readonly Provides[] {
  const transports = [...new Set(servers.map((server) => server.transport))].sort();
  return [
    ...transports,
    ...(skills.length > 0 ? (["skill"] as const) : []),
    ...(instructions.length > 0 ? (["instruction"] as const) : []),
    ...(service === undefined ? [] : (["service"] as const)),
  ];
}
