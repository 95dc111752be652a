import { join } from "node:path";
import { AtkError, type Problem } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import { isName } from "../manifest/names.ts";
import { indexText, pluginNames, readRegistryPlugin, toEntry, type RegistryPlugin } from "./build-index.ts";
import { pinFault } from "./pin-fault.ts";
import { INDEX_FILE, readIndex, type RegistryIndex } from "./registry-index.ts";
import { skillFault } from "./skill-fault.ts";

/**
 * Everything that is wrong with a registry folder, each with its place; empty when it may be published. Reads only.
 * Checked: the plugins' format, README.md and SKILL.md, names, exact versions of everything that is started, and the index.
 */
export async function validateRegistry(directory: string, files: ReadFiles): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const sound: RegistryPlugin[] = [];
  for (const name of await pluginNames(directory, files)) {
    try {
      const plugin = await readRegistryPlugin(name, directory, files);
      sound.push(plugin);
      problems.push(...(await pluginProblems(plugin)));
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  return [...problems, ...(await indexProblems(sound, directory, files))];
}

/** The same for one plugin's folder, e.g. one that is being written. */
export async function pluginProblems({ name, directory, tree, plugin }: RegistryPlugin): Promise<readonly Problem[]> {
  const paths = new Set(tree.entries.map((entry) => entry.path));
  const file = join(directory, "plugin.yaml");
  const problems: Problem[] = [];
  if (!isName(name))
    problems.push({ message: `${JSON.stringify(name)} is not a plugin name`, at: { file: directory } });
  if (plugin.version === undefined)
    problems.push({ message: `${name} has no version`, at: { file, pointer: "/version" } });
  for (const wanted of ["README.md", "SKILL.md"]) {
    if (!paths.has(wanted))
      problems.push({ message: `${name} has no ${wanted}`, at: { file: join(directory, wanted) } });
  }
  for (const server of plugin.servers) {
    const fault = pinFault(server);
    if (fault !== undefined) problems.push({ message: `${name}: ${fault}`, at: { file, pointer: "/mcp" } });
  }
  return [...problems, ...(await skillProblems({ name, directory, tree, plugin }))];
}

async function skillProblems({
  name,
  directory,
  tree,
  plugin,
}: Omit<RegistryPlugin, "path">): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const folder of plugin.skills) {
    const path = folder === "." ? "SKILL.md" : `${folder}/SKILL.md`;
    const file = join(directory, path);
    const there = tree.entries.some((entry) => entry.path === path);
    const expected = folder === "." ? name : (folder.split("/").at(-1) ?? name);
    const fault = there
      ? await skillFault(new TextDecoder().decode(await tree.read(path)), expected)
      : "it is not there";
    if (fault !== undefined) problems.push({ message: `${name}: ${path}: ${fault}`, at: { file } });
  }
  return problems;
}

async function indexProblems(
  plugins: readonly RegistryPlugin[],
  directory: string,
  files: ReadFiles,
): Promise<readonly Problem[]> {
  const file = join(directory, INDEX_FILE);
  const hint = "atk registry index";
  const found = await readIndex(directory, files).catch((error: unknown) => problemsOf(error));
  if (!("plugins" in found)) return found;
  const wanted = new Map(plugins.map((plugin) => [plugin.name, JSON.stringify(toEntry(plugin))]));
  const listed = new Map(found.plugins.map((entry) => [entry.name, JSON.stringify(entry)]));
  const names = [...new Set([...wanted.keys(), ...listed.keys()])].sort();
  const stale = names.filter((name) => wanted.get(name) !== listed.get(name));
  if (stale.length > 0)
    return stale.map((name) => ({ message: `the index is out of date for ${name}`, at: { file }, hint }));
  const text = new TextDecoder().decode((await files.read(file)) ?? new Uint8Array());
  return text === indexText(found satisfies RegistryIndex)
    ? []
    : [{ message: "the index is not written as atk writes it", at: { file }, hint }];
}

function problemsOf(error: unknown): readonly Problem[] {
  if (!(error instanceof AtkError)) throw error;
  if (error.problems.length > 0) return error.problems;
  const { message, at, hint } = error;
  return [{ message, ...(at === undefined ? {} : { at }), ...(hint === undefined ? {} : { hint }) }];
}
