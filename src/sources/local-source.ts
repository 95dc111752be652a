import { basename, isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import { treeIntegrity } from "../core/tree-integrity.ts";
import type { SourceContext } from "./context.ts";
import { createTree } from "./create-tree.ts";
import { fitsLayout } from "./layouts/fits-layout.ts";
import { mapBounded, READ_WIDTH } from "./map-bounded.ts";
import { membership } from "./membership.ts";
import { treeFromEntries } from "./memory-tree.ts";
import { PLUGIN_FILES } from "./plugin-file.ts";
import { readTree } from "./read-tree.ts";
import type { SourceType } from "./resolve.ts";
import type { Tree } from "./tree.ts";
import { executablesInGit } from "./executables.ts";
import { MAX_TREE_BYTES, MAX_TREE_FILES, showBytes } from "./tree-limits.ts";

/** A folder with plugin.yaml or plugin.yml, or one .yaml file that becomes plugin.yaml. */
export const localSource: SourceType<"local"> = {
  async resolve(_name, source, context) {
    if (source.link === true) {
      const directory = await linkedFolder(source.path, context);
      return { locked: { source, integrity: LINKED }, tree: await readLocal(directory, undefined, context) };
    }
    const tree = await readLocal(source.path, undefined, context);
    const files = tree.entries.map((entry) => entry.path);
    return { locked: { source, integrity: tree.integrity, files }, tree };
  },

  async fetch(_name, locked, source, context) {
    return readLocal(source.path, locked.files, context);
  },
};

/** What the lock says instead of a digest for a plugin that is used from where it is: the digest of no files at all. */
export const LINKED = treeIntegrity([]);

/**
 * The folder that a source with `link: true` leads to, absolute.
 * @throws AtkError E_PLUGIN_INVALID when there is no plugin in it, or it is a single file.
 */
export async function linkedFolder(path: string, context: SourceContext): Promise<string> {
  const place = placeOf(path, context);
  const { files } = context.host;
  const stat = await files.stat((await files.realPath(place)) ?? place);
  const folder = stat?.type === "directory" ? await pluginFolder(place, files) : undefined;
  if (folder !== undefined) return folder;
  const why = stat?.type === "directory" ? "there is no plugin.yaml in it" : "there is no folder";
  throw new AtkError("E_PLUGIN_INVALID", `cannot link to ${place}: ${why}`, {
    at: { file: place },
    hint: "name the folder that holds plugin.yaml; what is made of another layout cannot be linked",
  });
}

async function readLocal(path: string, only: readonly string[] | undefined, context: SourceContext): Promise<Tree> {
  const place = placeOf(path, context);
  const { files, machine } = context.host;
  const stat = await files.stat((await files.realPath(place)) ?? place);
  if (stat?.type === "file") return readSingleFile(place, stat.sizeBytes, context);
  if (stat?.type !== "directory") {
    throw new AtkError("E_PLUGIN_INVALID", `there is no plugin at ${place}: the path does not exist`, {
      at: { file: place },
    });
  }
  const own = await pluginFolder(place, files);
  const directory = own ?? (await foreignFolder(place, files));
  const executables = machine.platform === "windows" ? await executablesInGit(directory, context.host) : undefined;
  const tree = await readTree(directory, files, {
    ...(only === undefined || own === undefined ? {} : { only }),
    ...(executables === undefined ? {} : { isExecutable: (each) => executables.has(each) }),
  });
  return own === undefined ? foreignPlugin(tree, directory, only) : tree;
}

/** Files that came later are left out once the plugin was made, as they are for other folders. */
async function foreignPlugin(tree: Tree, directory: string, only: readonly string[] | undefined): Promise<Tree> {
  const { asPlugin } = await import("./layouts/read-layout.ts");
  const made = (await asPlugin(tree, { what: directory, directory, name: basename(directory) })).tree;
  if (only === undefined) return made;
  const wanted = new Set(only);
  const entries = made.entries.filter((entry) => wanted.has(entry.path));
  return createTree(entries, (path) => made.read(path), { what: directory, directory });
}

/** The folder itself, or its .atk/: a tool's repository brings its plugin there. Looked for before anything is read. */
async function pluginFolder(place: string, files: ReadFiles): Promise<string | undefined> {
  for (const folder of [place, join(place, ".atk")]) {
    for (const name of PLUGIN_FILES) {
      if ((await files.stat(join(folder, name))) !== undefined) return folder;
    }
  }
  return undefined;
}

/** The folder, when what lies in its upper three levels is somebody else's layout. A home folder is not walked to find out. */
async function foreignFolder(place: string, files: ReadFiles): Promise<string> {
  if (fitsLayout(new Set(await upperPaths(place, files)))) return place;
  throw new AtkError("E_PLUGIN_INVALID", `${place} is not a plugin: there is no plugin.yaml in it`, {
    at: { file: place },
    hint: "name the folder that holds plugin.yaml",
  });
}

const LEVELS = 3;

async function upperPaths(place: string, files: ReadFiles): Promise<readonly string[]> {
  const found: string[] = [];
  let level: readonly string[] = [""];
  for (let depth = 0; depth < LEVELS; depth += 1) {
    const lists = await mapBounded(level, READ_WIDTH, async (folder) => {
      const entries = (await files.list(join(place, folder))) ?? [];
      return entries.map(({ name, type }) => ({ type, path: folder === "" ? name : `${folder}/${name}` }));
    });
    found.push(...lists.flat().map(({ path }) => path));
    const folders = lists.flat().filter(({ type, path }) => type === "directory" && membership(path) === "content");
    level = folders.map(({ path }) => path).slice(0, MAX_TREE_FILES);
  }
  return found;
}

async function readSingleFile(file: string, sizeBytes: number, { host }: SourceContext): Promise<Tree> {
  if (!/\.ya?ml$/i.test(file)) {
    throw new AtkError("E_PLUGIN_INVALID", `${file} is not a plugin: a single file must end in .yaml or .yml`, {
      at: { file },
      hint: /\.(tar\.gz|tgz|zip|mcpb)$/i.test(file) ? `atk add ${pathToFileURL(file).href} (an archive)` : undefined,
    });
  }
  if (sizeBytes > MAX_TREE_BYTES)
    throw new AtkError("E_HOSTILE", `${file} is larger than ${showBytes(MAX_TREE_BYTES)}`, { at: { file } });
  const bytes = (await host.files.read(file)) ?? new Uint8Array();
  return treeFromEntries([{ type: "file", path: "plugin.yaml", executable: false, bytes }], { what: file });
}

/** Absolute: `~/` is the user's home, anything relative starts at the manifest. */
function placeOf(path: string, { host, manifestDirectory }: SourceContext): string {
  const expanded = /^~(?=[/\\]|$)/.test(path) ? join(host.machine.homeDirectory, path.slice(1)) : path;
  return isAbsolute(expanded) ? expanded : resolve(manifestDirectory, expanded);
}
