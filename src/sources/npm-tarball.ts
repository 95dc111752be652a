import type { ReadEntry } from "tar";
import { AtkError } from "../core/errors.ts";
import { tooLarge, tooManyFiles } from "./check-entries.ts";
import { hostile } from "./hostile.ts";
import { isContent, type MemoryEntry } from "./memory-tree.ts";
import { pathFault } from "./path-fault.ts";
import { MAX_TREE_BYTES, MAX_TREE_FILES } from "./tree-limits.ts";

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
  const { Parser } = await import("tar");
  const paths = new Set<string>();
  const entries: MemoryEntry[] = [];
  const collect = createCollector(request, entries);
  await new Promise<void>((done, fail) => {
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry) => {
        try {
          const path = entry.path.replace(/^\.\//, "").split("/").slice(1).join("/");
          if (!IGNORED.has(entry.type) && path !== "") paths.add(path);
          if (!collect(path, entry)) entry.resume();
        } catch (error) {
          entry.resume();
          fail(error);
        }
      },
    });
    parser.on("end", done).on("error", (error: unknown) => fail(unreadable(error, request)));
    parser.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
  return { paths, entries };
}

function unreadable(error: unknown, { what }: TarballRequest): AtkError {
  const said = error instanceof Error ? error.message : String(error);
  return new AtkError("E_HOSTILE", `${what} cannot be read as a package: ${said}`, { cause: error });
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

function takeBytes(path: string, entry: ReadEntry, entries: MemoryEntry[]): void {
  const chunks: Buffer[] = [];
  entry.on("data", (chunk) => chunks.push(chunk));
  entry.on("end", () => {
    entries.push({
      type: "file",
      path,
      executable: ((entry.mode ?? 0) & 0o100) !== 0,
      bytes: Buffer.concat(chunks),
    });
  });
}
