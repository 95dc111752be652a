import { hostile, type Origin } from "./hostile.ts";
import { linkFault } from "./link-fault.ts";
import { pathFault } from "./path-fault.ts";
import type { TreeEntry } from "./tree.ts";
import { MAX_TREE_BYTES, MAX_TREE_FILES, showBytes } from "./tree-limits.ts";

/**
 * The gate that every tree passes, wherever it comes from: limits, names, collisions, links.
 * @throws AtkError E_HOSTILE naming the first path that is refused, and why.
 */
export function checkEntries(entries: readonly TreeEntry[], origin: Origin): void {
  checkLimits(entries, origin);
  for (const { path } of entries) {
    const fault = pathFault(path);
    if (fault !== undefined) throw hostile(origin, path, fault);
  }
  checkCollisions(entries, origin);
  checkLinks(entries, origin);
}

function checkLimits(entries: readonly TreeEntry[], origin: Origin): void {
  if (entries.length > MAX_TREE_FILES) throw tooManyFiles(origin);
  const sizeBytes = entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.sizeBytes : 0), 0);
  if (sizeBytes > MAX_TREE_BYTES) throw tooLarge(origin);
}

export function tooManyFiles(origin: Origin): Error {
  return hostile(
    origin,
    ".",
    `more than ${MAX_TREE_FILES} files and folders`,
    "leave out what is generated, or name a sub-folder",
  );
}

export function tooLarge(origin: Origin): Error {
  return hostile(
    origin,
    ".",
    `more than ${showBytes(MAX_TREE_BYTES)}`,
    "leave out what is generated, or name a sub-folder",
  );
}

/** Two spellings of one name, and a name that is a folder as well as something else. */
function checkCollisions(entries: readonly TreeEntry[], origin: Origin): void {
  const leaves = new Set<string>();
  const folders = new Map<string, string>();
  for (const { path } of entries) {
    for (const folder of foldersOf(path)) {
      const known = folders.get(folded(folder));
      if (known === undefined) folders.set(folded(folder), folder);
      else if (known !== folder) throw collision(origin, folder, known);
    }
  }
  for (const { path } of entries) {
    if (leaves.has(folded(path))) throw collision(origin, path, twinOf(path, entries));
    if (folders.has(folded(path))) throw hostile(origin, path, "the same name is used for a folder");
    leaves.add(folded(path));
  }
}

function twinOf(path: string, entries: readonly TreeEntry[]): string {
  return entries.find((entry) => entry.path !== path && folded(entry.path) === folded(path))?.path ?? path;
}

function collision(origin: Origin, path: string, other: string): Error {
  if (path === other) return hostile(origin, path, "it is there twice");
  return hostile(
    origin,
    path,
    `it is the same as ${JSON.stringify(other)} where letter case does not count (macOS, Windows)`,
  );
}

/** What a file system that ignores letter case and Unicode normalisation takes a path for. */
function folded(path: string): string {
  return path.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}

/** Every folder on the way: `a/b/c` gives `a`, `a/b`. */
export function foldersOf(path: string): readonly string[] {
  const folders: string[] = [];
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) folders.push(path.slice(0, end));
  return folders;
}

function checkLinks(entries: readonly TreeEntry[], origin: Origin): void {
  const links = new Map(
    entries.flatMap((entry) => (entry.type === "link" ? [[entry.path, entry.target] as const] : [])),
  );
  if (links.size === 0) return;
  const files = new Set(entries.flatMap((entry) => (entry.type === "file" ? [entry.path] : [])));
  const folders = new Set(entries.flatMap((entry) => foldersOf(entry.path)));
  for (const path of links.keys()) {
    const fault = linkFault(path, { links, files, folders });
    if (fault !== undefined) throw hostile(origin, path, fault);
  }
}
