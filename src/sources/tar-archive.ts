import type { ReadEntry } from "tar";
import type { MemoryEntry } from "./memory-tree.ts";
import type { ArchiveReader, ListedEntry } from "./archive-reader.ts";
import { walkTar } from "./walk-tar.ts";

const FILES: ReadonlySet<string> = new Set(["File", "OldFile", "ContiguousFile"]);
const FOLDERS: ReadonlySet<string> = new Set(["Directory", "GNUDumpDir"]);
const WORDS: Readonly<Record<string, string>> = {
  Link: "a hard link",
  CharacterDevice: "a device",
  BlockDevice: "a device",
  FIFO: "a pipe",
};

/** A tar.gz in memory. */
export function tarArchive(bytes: Uint8Array, what: string): ArchiveReader {
  return {
    async list() {
      const listed: ListedEntry[] = [];
      await walkTar(bytes, what, (entry) => {
        listed.push({ path: pathOf(entry), kind: kindOf(entry), sizeBytes: entry.size });
        entry.resume();
      });
      return listed;
    },
    async read(wanted) {
      const entries: MemoryEntry[] = [];
      await walkTar(bytes, what, (entry) => {
        const path = pathOf(entry);
        const kind = kindOf(entry);
        if (kind === "link" && wanted.has(path)) entries.push({ type: "link", path, target: entry.linkpath ?? "" });
        if (kind === "file" && wanted.has(path)) takeBytes(path, entry, entries);
        else entry.resume();
      });
      return entries;
    },
  };
}

/** Gathers the bytes of an entry as they come, and adds it when it is whole. */
export function takeBytes(path: string, entry: ReadEntry, entries: MemoryEntry[]): void {
  const chunks: Buffer[] = [];
  const executable = ((entry.mode ?? 0) & 0o100) !== 0;
  entry.on("data", (chunk) => chunks.push(chunk));
  entry.on("end", () => void entries.push({ type: "file", path, executable, bytes: Buffer.concat(chunks) }));
}

function pathOf({ path }: ReadEntry): string {
  return path.replace(/^(\.\/+)+/, "").replace(/\/+$/, "");
}

function kindOf({ type }: ReadEntry): string {
  if (FILES.has(type)) return "file";
  if (FOLDERS.has(type)) return "folder";
  return type === "SymbolicLink" ? "link" : (WORDS[type] ?? `a ${type} entry`);
}
