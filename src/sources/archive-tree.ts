import { AtkError } from "../core/errors.ts";
import { escapeFault } from "./archive-fault.ts";
import type { ArchiveReader, ListedEntry } from "./archive-reader.ts";
import { tooLarge, tooManyFiles } from "./check-entries.ts";
import { hostile, type Origin } from "./hostile.ts";
import { BUNDLE } from "./layouts/fits-layout.ts";
import { isContent, treeFromEntries } from "./memory-tree.ts";
import { pathFault } from "./path-fault.ts";
import { requirePluginRoot, within } from "./plugin-file.ts";
import { tarArchive } from "./tar-archive.ts";
import type { Tree } from "./tree.ts";
import { MAX_TREE_BYTES, MAX_TREE_FILES } from "./tree-limits.ts";
import { isGzip } from "./walk-tar.ts";
import { zipArchive } from "./zip-archive.ts";

/**
 * The plugin in an archive: what its bytes say decides between tar.gz and zip, not its name.
 * Everything is judged by the archive's own list before a byte of content is unpacked.
 * @throws AtkError E_HOSTILE naming the path and why; E_PLUGIN_INVALID when there is no plugin in it.
 */
export async function archiveTree(bytes: Uint8Array, folder: string, what: string, name?: string): Promise<Tree> {
  const archive = open(bytes, what);
  const origin: Origin = { what };
  const listed = (await archive.list()).filter(({ path, kind }) => kind !== "folder" && !isLitter(path));
  for (const { path } of listed) {
    const fault = escapeFault(path);
    if (fault !== undefined) throw hostile(origin, path, fault);
  }
  const top = topFolder(listed.map(({ path }) => path));
  const inside = (path: string): string => within(top, path) ?? path;
  const root = requirePluginRoot(new Set(listed.map(({ path }) => inside(path))), folder, origin);
  // A bundle brings what it depends on, and nobody else would install it.
  const bundles = listed.some((entry) => within(root, inside(entry.path)) === BUNDLE);
  const content = listed.flatMap((entry) => {
    const path = within(root, inside(entry.path));
    return path === undefined || !isContent(path, origin, bundles) ? [] : [{ ...entry, inside: path }];
  });
  judge(content, origin);
  const places = new Map(content.map((entry) => [entry.path, entry.inside]));
  const entries = await archive.read(new Set(places.keys()));
  const tree = treeFromEntries(
    entries.map((entry) => ({ ...entry, path: places.get(entry.path) ?? entry.path })),
    origin,
    bundles,
  );
  const { asPlugin } = await import("./layouts/read-layout.ts");
  return (await asPlugin(tree, { ...origin, ...(name === undefined ? {} : { name }) })).tree;
}

function open(bytes: Uint8Array, what: string): ArchiveReader {
  if (isGzip(bytes)) return tarArchive(bytes, what);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return zipArchive(bytes, what);
  throw new AtkError("E_PLUGIN_INVALID", `${what} is neither a tar.gz nor a zip archive`, {
    hint: "check the address",
  });
}

/** What macOS leaves in archives. */
function isLitter(path: string): boolean {
  return path.startsWith("__MACOSX/") || /(^|\/)(\.DS_Store|\._[^/]+)$/.test(path);
}

/** The one folder that everything lies in, as in the archives of GitHub; "" when there is none. */
function topFolder(paths: readonly string[]): string {
  const tops = new Set(paths.map((path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "")));
  const [top = ""] = tops;
  return tops.size === 1 && !top.startsWith(".") ? top : "";
}

function judge(content: readonly (ListedEntry & { inside: string })[], origin: Origin): void {
  if (content.length > MAX_TREE_FILES) throw tooManyFiles(origin);
  if (content.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > MAX_TREE_BYTES) throw tooLarge(origin);
  for (const { inside, kind } of content) {
    const fault = kind === "file" || kind === "link" ? pathFault(inside) : `it is ${kind}, not a file`;
    if (fault !== undefined) throw hostile(origin, inside, fault);
  }
}
