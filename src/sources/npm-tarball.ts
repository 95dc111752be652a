import type { ReadEntry } from "tar";
import { tooLarge, tooManyFiles } from "./check-entries.ts";
import { hostile } from "./hostile.ts";
import { isContent, type MemoryEntry } from "./memory-tree.ts";
import { pathFault } from "./path-fault.ts";
import { takeBytes } from "./tar-archive.ts";
import { MAX_TREE_BYTES, MAX_TREE_FILES } from "./tree-limits.ts";
import { walkTar } from "./walk-tar.ts";

export interface Tarball {
  /** Every file and link in it, below the one folder that all npm packages have at their top. */
  readonly paths: ReadonlySet<string>;
  /** Those that were wanted, with their bytes. */
  readonly entries: readonly MemoryEntry[];
}

export interface TarballRequest {
  /** The words for it in messages. */
  readonly what: string;
  readonly wants: (path: string) => boolean;
}

const FILES: ReadonlySet<string> = new Set(["File", "OldFile", "ContiguousFile"]);
const IGNORED: ReadonlySet<string> = new Set(["Directory", "GNUDumpDir"]);

/**
 * Reads a packed npm package in memory; nothing is written, and only wanted entries are kept.
 * @throws AtkError E_HOSTILE for wanted entries that are devices, hard links or badly named, and beyond the limits of a plugin.
 */
export async function readTarball(bytes: Uint8Array, request: TarballRequest): Promise<Tarball> {
  const paths = new Set<string>();
  const entries: MemoryEntry[] = [];
  const collect = createCollector(request, entries);
  await walkTar(bytes, request.what, (entry) => {
    const path = entry.path.replace(/^\.\//, "").split("/").slice(1).join("/");
    if (!IGNORED.has(entry.type) && path !== "") paths.add(path);
    if (!collect(path, entry)) entry.resume();
  });
  return { paths, entries };
}

/** Gives whether the entry's bytes are being taken. */
function createCollector(
  { what, wants }: TarballRequest,
  entries: MemoryEntry[],
): (path: string, entry: ReadEntry) => boolean {
  const origin = { what };
  let leftBytes = MAX_TREE_BYTES;
  return (path, entry) => {
    if (IGNORED.has(entry.type) || !wants(path) || !isContent(path, origin)) return false;
    const fault = pathFault(path);
    if (fault !== undefined) throw hostile(origin, path, fault);
    leftBytes -= entry.size;
    if (leftBytes < 0) throw tooLarge(origin);
    if (entries.length >= MAX_TREE_FILES) throw tooManyFiles(origin);
    if (entry.type === "SymbolicLink") {
      entries.push({ type: "link", path, target: entry.linkpath ?? "" });
      return false;
    }
    if (!FILES.has(entry.type)) throw hostile(origin, path, `it is a ${entry.type} entry of the archive, not a file`);
    takeBytes(path, entry, entries);
    return true;
  };
}
