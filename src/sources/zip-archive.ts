import type { Entry, ZipFile } from "yauzl";
import { AtkError } from "../core/errors.ts";
import { tooManyEntries, unpacksTooLarge } from "./archive-fault.ts";
import type { ArchiveReader, ListedEntry } from "./archive-reader.ts";
import { hostile } from "./hostile.ts";
import { mapBounded } from "./map-bounded.ts";
import type { MemoryEntry } from "./memory-tree.ts";
import { MAX_ARCHIVE_ENTRIES, MAX_UNPACKED_BYTES } from "./tree-limits.ts";
import { checkEnd, checkLayout } from "./zip-layout.ts";

/** A link's target is longer than this only in an attack. */
const MAX_TARGET_BYTES = 4096;
/** Systems whose permission bits stand in the upper half of the external attributes: Unix, macOS. (APPNOTE 4.4.2) */
const UNIX: ReadonlySet<number> = new Set([3, 19]);

interface OpenZip {
  readonly zip: ZipFile;
  readonly entries: readonly Entry[];
}

/** A zip in memory. */
export function zipArchive(bytes: Uint8Array, what: string): ArchiveReader {
  let opened: Promise<OpenZip> | undefined;
  const open = (): Promise<OpenZip> => (opened ??= openZip(bytes, what));
  return {
    list: async () => (await open()).entries.map(toListed),
    async read(wanted) {
      const { zip, entries } = await open();
      const chosen = entries.filter((entry) => wanted.has(pathOf(entry)) && kindOf(entry) !== "folder");
      return mapBounded(chosen, 4, (entry) => readEntry(entry, zip, what));
    },
  };
}

async function openZip(bytes: Uint8Array, what: string): Promise<OpenZip> {
  const yauzl = await import("yauzl");
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    // Names are decoded here: the library would turn backslashes into folders.
    const zip = await yauzl.fromBufferPromise(buffer, { lazyEntries: true, autoClose: false, decodeStrings: false });
    if (zip.entryCount > MAX_ARCHIVE_ENTRIES) throw tooManyEntries(what);
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    checkEnd(Number(zip.readEntryCursor), buffer, what);
    checkLayout(entries, buffer, what);
    if (entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0) > MAX_UNPACKED_BYTES)
      throw unpacksTooLarge(what);
    return { zip, entries };
  } catch (error) {
    throw error instanceof AtkError ? error : unreadable(error, what);
  }
}

function toListed(entry: Entry): ListedEntry {
  return { path: pathOf(entry), kind: kindOf(entry), sizeBytes: entry.uncompressedSize };
}

function nameOf(entry: Entry): string {
  return new TextDecoder().decode(entry.fileNameRaw);
}

function pathOf(entry: Entry): string {
  return nameOf(entry)
    .replace(/^(\.\/+)+/, "")
    .replace(/\/+$/, "");
}

function modeOf({ versionMadeBy, externalFileAttributes }: Entry): number {
  return UNIX.has(versionMadeBy >>> 8) ? externalFileAttributes >>> 16 : 0;
}

/** The file type bits of a Unix mode. (inode(7)) */
function kindOf(entry: Entry): string {
  if (entry.isEncrypted()) return "encrypted";
  const type = modeOf(entry) & 0o170000;
  if (type === 0o120000) return "link";
  if (nameOf(entry).endsWith("/")) return "folder";
  return type === 0 || type === 0o100000 ? "file" : "a device, a pipe or a socket";
}

async function readEntry(entry: Entry, zip: ZipFile, what: string): Promise<MemoryEntry> {
  const path = pathOf(entry);
  const isLink = kindOf(entry) === "link";
  if (isLink && entry.uncompressedSize > MAX_TARGET_BYTES)
    throw hostile({ what }, path, "the link's target is too long");
  const bytes = await contentOf(entry, zip, what);
  if (isLink) return { type: "link", path, target: new TextDecoder().decode(bytes) };
  return { type: "file", path, executable: (modeOf(entry) & 0o100) !== 0, bytes };
}

/** The library stops where an entry gives more than it says, or less. */
async function contentOf(entry: Entry, zip: ZipFile, what: string): Promise<Uint8Array> {
  const { crc32 } = await import("node:zlib");
  const chunks: Buffer[] = [];
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw hostile({ what }, pathOf(entry), `its content is not what the archive says: ${said}`);
  }
  const bytes = Buffer.concat(chunks);
  if (crc32(bytes) !== entry.crc32)
    throw hostile({ what }, pathOf(entry), "its checksum is not the one in the archive");
  return bytes;
}

function unreadable(error: unknown, what: string): AtkError {
  const said = error instanceof Error ? error.message : String(error);
  return new AtkError("E_HOSTILE", `${what} cannot be read as a zip archive: ${said}`, { cause: error });
}
