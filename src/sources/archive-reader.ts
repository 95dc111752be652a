import type { MemoryEntry } from "./memory-tree.ts";

/** What an archive says of one entry, before any byte of it is taken. */
export interface ListedEntry {
  /** As written, without `./` before it and `/` after it. */
  readonly path: string;
  /** "file", "link", "folder", or the words for what cannot be part of a plugin, e.g. "a hard link". */
  readonly kind: string;
  readonly sizeBytes: number;
}

/** An archive in memory. Nothing of it is ever written. */
export interface ArchiveReader {
  /** Every entry, in its order. @throws AtkError E_HOSTILE beyond the limits of an archive. */
  list(): Promise<readonly ListedEntry[]>;
  /** Files and links of these paths. @throws AtkError E_HOSTILE when an entry is not what the list says of it. */
  read(wanted: ReadonlySet<string>): Promise<readonly MemoryEntry[]>;
}
