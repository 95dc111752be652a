import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { maskUrl } from "../../git/git-error.ts";
import { tooLarge, tooManyFiles } from "../check-entries.ts";
import type { SourceContext } from "../context.ts";
import { hostile, type Origin } from "../hostile.ts";
import { mapBounded, READ_WIDTH } from "../map-bounded.ts";
import { isContent, treeFromEntries, type MemoryEntry } from "../memory-tree.ts";
import { pathFault } from "../path-fault.ts";
import { within } from "../plugin-file.ts";
import { readTree } from "../read-tree.ts";
import type { RegistryEntry } from "../registry-index.ts";
import type { Tree } from "../tree.ts";
import { MAX_TREE_BYTES, MAX_TREE_FILES } from "../tree-limits.ts";
import { withPartialClone, type NamedBlob, type PartialClone } from "./git-partial.ts";

/**
 * A plugin of a registry that lies in a folder. Nothing on the way to it may be a link, or it would be somewhere else.
 * @throws AtkError E_HOSTILE, E_SOURCE.
 */
export async function readFromFolder(entry: RegistryEntry, registry: string, { host }: SourceContext): Promise<Tree> {
  const what = `registry plugin ${entry.name}`;
  const names = entry.path.split("/");
  for (const at of names.keys()) {
    const folder = names.slice(0, at + 1).join("/");
    const stat = await host.files.stat(join(registry, folder));
    if (stat?.type === "link")
      throw hostile({ what, directory: registry }, folder, "a plugin's folder cannot be a link");
  }
  const executables = entry.executables === undefined ? undefined : new Set(entry.executables);
  return readTree(join(registry, entry.path), host.files, {
    what,
    ...(executables === undefined ? {} : { isExecutable: (path: string) => executables.has(path) }),
  });
}

export interface PluginAtCommit {
  readonly url: string;
  readonly commit: string;
  readonly name: string;
  /** Its folder at that commit; `clone` lets it be looked up. */
  readonly path: string | ((clone: PartialClone) => Promise<string>);
}

/** A plugin of a git registry, as it was at a commit; of all others there, only names are fetched. @throws AtkError E_GIT, E_HOSTILE, E_SOURCE. */
export async function readFromGit({ url, commit, name, path }: PluginAtCommit, context: SourceContext): Promise<Tree> {
  const origin: Origin = { what: `${name} of ${maskUrl(url)} at ${commit.slice(0, 10)}` };
  return withPartialClone({ url, ref: commit }, context, async (clone) => {
    const folder = typeof path === "string" ? path : await path(clone);
    const blobs = contentOf(await clone.list(), folder, origin);
    const sized = await clone.fetch(blobs);
    if (sized.reduce((sum, each) => sum + each.sizeBytes, 0) > MAX_TREE_BYTES) throw tooLarge(origin);
    await clone.write(blobs.map((blob) => blob.path));
    const entries = await mapBounded(blobs, READ_WIDTH, (blob) => readBlob(blob, clone.directory, origin, context));
    return treeFromEntries(entries, origin);
  });
}

interface ContentBlob extends NamedBlob {
  /** Its path inside the plugin. */
  readonly inside: string;
}

/** Judged by git's own listing, before a single file is fetched. */
function contentOf(blobs: readonly NamedBlob[], folder: string, origin: Origin): readonly ContentBlob[] {
  const link = blobs.find((blob) => blob.mode === "120000" && `${folder}/`.startsWith(`${blob.path}/`));
  if (link !== undefined) throw hostile(origin, link.path, "a plugin's folder cannot be a link");
  const content = blobs.flatMap((blob) => {
    const inside = within(folder, blob.path);
    return inside === undefined || !isContent(inside, origin) ? [] : [{ ...blob, inside }];
  });
  if (content.length === 0)
    throw new AtkError("E_SOURCE", `${origin.what}: there is no folder ${JSON.stringify(folder)}`);
  if (content.length > MAX_TREE_FILES) throw tooManyFiles(origin);
  for (const { inside, mode } of content) {
    const fault = mode === "160000" ? "a git submodule cannot be carried along" : pathFault(inside);
    if (fault !== undefined) throw hostile(origin, inside, fault);
  }
  return content;
}

async function readBlob(
  { path, inside, mode }: ContentBlob,
  directory: string,
  { what }: Origin,
  { host }: SourceContext,
): Promise<MemoryEntry> {
  const bytes = await host.files.read(join(directory, path));
  if (bytes === undefined) throw new AtkError("E_GIT", `${what}: git did not give the file ${JSON.stringify(path)}`);
  // With core.symlinks off, git writes a link as a file that holds its target.
  if (mode === "120000") return { type: "link", path: inside, target: new TextDecoder().decode(bytes) };
  return { type: "file", path: inside, executable: mode === "100755", bytes };
}
