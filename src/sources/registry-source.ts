import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { SourceContext } from "./context.ts";
import { readTree } from "./read-tree.ts";
import { INDEX_FILE, readIndex, type RegistryEntry } from "./registry-index.ts";
import type { SourceType } from "./resolve.ts";
import type { Tree } from "./tree.ts";

/** The registry that ships with atk: no network. */
export const registrySource: SourceType<"registry"> = {
  async resolve(name, source, context) {
    const entry = await find(name, context);
    if (source.version !== undefined && source.version !== entry.version)
      throw otherVersion(name, source.version, entry);
    const tree = await readPlugin(entry, context);
    if (tree.integrity !== entry.integrity) throw damaged(entry, tree, context);
    return { locked: { source, version: entry.version, integrity: tree.integrity }, tree };
  },

  async fetch(name, locked, _source, context) {
    const entry = await find(name, context);
    if (entry.integrity !== locked.integrity) throw moved(name, locked.version, entry);
    return readPlugin(entry, context);
  },
};

async function find(name: string, { registryDirectory, host }: SourceContext): Promise<RegistryEntry> {
  const { plugins } = await readIndex(registryDirectory, host.files);
  const entry = plugins.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  const { didYouMean } = await import("../manifest/suggest.ts");
  const hint =
    didYouMean(
      name,
      plugins.map((each) => each.name),
    ) ?? "atk search (lists what there is)";
  throw new AtkError("E_PLUGIN_NOT_FOUND", `the registry has no plugin ${JSON.stringify(name)}`, { hint });
}

async function readPlugin(entry: RegistryEntry, { registryDirectory, host }: SourceContext): Promise<Tree> {
  const executables = new Set(entry.executables);
  return readTree(join(registryDirectory, entry.path), host.files, {
    what: `registry plugin ${entry.name}`,
    isExecutable: (path) => executables.has(path),
  });
}

function otherVersion(name: string, wanted: string, entry: RegistryEntry): AtkError {
  const message = `${name}: version ${wanted} is asked for, the registry of this atk has ${entry.version}`;
  return new AtkError("E_SOURCE", message, {
    hint: `ask for ${name}@${entry.version}, or use the atk that has ${wanted}`,
  });
}

function moved(name: string, version: string | undefined, entry: RegistryEntry): AtkError {
  const locked = version === undefined ? "another content" : `version ${version}`;
  const message = `${name}: the lock says ${locked}, the registry of this atk has version ${entry.version}`;
  return new AtkError("E_INTEGRITY", message, {
    hint: `atk lock ${name} (takes ${entry.version}), or use the atk that locked it`,
  });
}

function damaged(entry: RegistryEntry, tree: Tree, { registryDirectory }: SourceContext): AtkError {
  const message = `registry plugin ${entry.name} is not what the registry's index says: expected ${entry.integrity}, found ${tree.integrity}`;
  return new AtkError("E_INTEGRITY", message, {
    at: { file: join(registryDirectory, INDEX_FILE) },
    hint: "install atk again",
  });
}
