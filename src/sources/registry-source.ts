import { AtkError } from "../core/errors.ts";
import { maskUrl } from "../git/git-error.ts";
import type { LockedPlugin } from "../manifest/lock.ts";
import type { SourceContext } from "./context.ts";
import { chooseVersion, type ChosenVersion } from "./registries/choose-version.ts";
import { findPlugin } from "./registries/find-plugin.ts";
import type { PartialClone } from "./registries/git-partial.ts";
import { parseIndex } from "./registries/parse-index.ts";
import { readFromFolder, readFromGit } from "./registries/read-plugin.ts";
import { readRegistry } from "./registries/read-registry.ts";
import { BUILT_IN, builtIn, placeOf, type Registry } from "./registries/registry.ts";
import { INDEX_FILE, OLD_INDEX_FILE, type RegistryEntry } from "./registry-index.ts";
import type { SourceType } from "./resolve.ts";
import type { Tree } from "./tree.ts";

/** The registry that ships with atk, and those that the manifest names: git repositories and folders. */
export const registrySource: SourceType<"registry"> = {
  async resolve(name, source, context) {
    const found = await findPlugin(name, source, context);
    const chosen = await chooseVersion(found, source.version, context);
    const { registry } = found.loaded;
    const tree = await readPlugin(chosen, registry, context);
    const { integrity, version, maturity } = chosen.entry;
    if (integrity !== undefined && tree.integrity !== integrity) throw damaged(chosen.entry, tree, registry);
    const locked: LockedPlugin = {
      source,
      integrity: tree.integrity,
      ...(version === undefined ? {} : { version }),
      ...(chosen.commit === undefined ? {} : { commit: chosen.commit }),
      ...(registry.origin === undefined ? {} : { origin: registry.origin }),
      ...(maturity === undefined ? {} : { maturity }),
    };
    return { locked, tree };
  },

  async fetch(name, locked, _source, context) {
    const { origin, commit } = locked;
    if (origin === undefined) return fetchBuiltIn(name, locked, context);
    const place = placeOf(origin, undefined, context);
    if (place.type === "folder") return fetchFromFolder(name, locked, place.directory, context);
    if (commit === undefined) throw new AtkError("E_LOCK", `${name}: the lock has no commit for ${maskUrl(origin)}`);
    return readFromGit({ url: origin, commit, name, path: (clone) => pathAt(name, clone, context) }, context);
  },
};

async function readPlugin(
  { entry, commit }: ChosenVersion,
  { place }: Registry,
  context: SourceContext,
): Promise<Tree> {
  if (place.type !== "git") return readFromFolder(entry, place.directory, context);
  return readFromGit({ url: place.url, commit: commit ?? "HEAD", name: entry.name, path: entry.path }, context);
}

async function fetchBuiltIn(name: string, locked: LockedPlugin, context: SourceContext): Promise<Tree> {
  const source = { type: "registry", registry: BUILT_IN } as const;
  const { entry } = await findPlugin(name, source, context);
  if (entry.integrity !== locked.integrity) throw moved(name, locked.version, entry);
  return readPlugin({ entry }, builtIn(context), context);
}

async function fetchFromFolder(
  name: string,
  { integrity, version = "another" }: LockedPlugin,
  directory: string,
  context: SourceContext,
): Promise<Tree> {
  const place = { type: "folder", directory } as const;
  const { bytes, format } = await readRegistry({ name: "", priority: 0, place }, context);
  const { plugins } = await parseIndex(bytes, { file: directory, format });
  const entry = plugins.find((each) => each.name === name);
  if (entry === undefined)
    throw new AtkError("E_PLUGIN_NOT_FOUND", `the registry in ${directory} has no plugin ${name}`);
  const tree = await readFromFolder(entry, directory, context);
  if (tree.integrity === integrity) return tree;
  const message = `${name}: the lock says version ${version} with other content than the registry in ${directory} has now`;
  throw new AtkError("E_INTEGRITY", message, { hint: `atk lock ${name} (takes what is there now)` });
}

/** Where the plugin lay at a commit, as the index of that commit says; the folder of its name where that is silent. */
async function pathAt(name: string, clone: PartialClone, { host }: SourceContext): Promise<string> {
  const names = [INDEX_FILE, OLD_INDEX_FILE];
  const blobs = (await clone.list()).filter((blob) => names.includes(blob.path) && blob.mode.startsWith("100"));
  await clone.fetch(blobs);
  await clone.write(blobs.map((blob) => blob.path));
  for (const file of names) {
    const bytes = await host.files.read(`${clone.directory}/${file}`);
    if (bytes === undefined) continue;
    const index = await parseIndex(bytes, { file, format: file === INDEX_FILE ? "json" : "yaml" });
    const entry = index.plugins.find((each) => each.name === name);
    if (entry !== undefined) return entry.path;
  }
  return `plugins/${name}`;
}

function moved(name: string, version: string | undefined, entry: RegistryEntry): AtkError {
  const locked = version === undefined ? "another content" : `version ${version}`;
  const message = `${name}: the lock says ${locked}, the registry of this atk has version ${entry.version ?? "unknown"}`;
  return new AtkError("E_INTEGRITY", message, {
    hint: `atk lock ${name} (takes ${entry.version ?? "it"}), or use the atk that locked it`,
  });
}

function damaged(entry: RegistryEntry, tree: Tree, { name, place }: Registry): AtkError {
  const message = `registry plugin ${entry.name} is not what the registry's index says: expected ${entry.integrity ?? ""}, found ${tree.integrity}`;
  if (place.type === "built-in")
    return new AtkError("E_INTEGRITY", message, { at: { file: place.directory }, hint: "install atk again" });
  return new AtkError("E_INTEGRITY", message, {
    hint: `ask who keeps registry ${name} to write its index anew: atk registry index`,
  });
}
