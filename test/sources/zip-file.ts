import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a zip that is made byte by byte; everything after `data` is what it claims, right or wrong. */
export interface ZipEntry {
  readonly path: string;
  readonly data: string | Uint8Array;
  /** Unix mode with file type; 0o100644 when left out. */
  readonly mode?: number;
  readonly deflate?: boolean;
  /** The size it says it unpacks to. */
  readonly claimedSize?: number;
  readonly claimedCrc?: number;
  /** Another name in the header before the bytes. */
  readonly localPath?: string;
  readonly flags?: number;
  /** Its bytes are those of an earlier entry, by position. */
  readonly bytesOf?: number;
}

interface Placed {
  readonly entry: ZipEntry;
  readonly offset: number;
  readonly packed: Buffer;
}

/** A zip file (APPNOTE.TXT), which can say what no packer would. */
export function zipFile(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const placed: Placed[] = [];
  let offset = 0;
  for (const entry of entries) {
    const earlier = entry.bytesOf === undefined ? undefined : placed[entry.bytesOf];
    const packed = earlier?.packed ?? packedOf(entry);
    placed.push({ entry, offset: earlier?.offset ?? offset, packed });
    if (earlier !== undefined) continue;
    const part = Buffer.concat([localHeader(entry, packed), packed]);
    parts.push(part);
    offset += part.length;
  }
  const central = Buffer.concat(placed.map(centralHeader));
  return Buffer.concat([...parts, central, endRecord(placed.length, central.length, offset)]);
}

function packedOf({ data, deflate = false }: ZipEntry): Buffer {
  const bytes = Buffer.from(data as Uint8Array);
  return deflate ? deflateRawSync(bytes) : bytes;
}

function facts(entry: ZipEntry, packed: Buffer): Buffer {
  const bytes = Buffer.from(entry.data as Uint8Array);
  const buffer = Buffer.alloc(22);
  buffer.writeUInt16LE(20, 0);
  buffer.writeUInt16LE(entry.flags ?? 0x800, 2);
  buffer.writeUInt16LE(entry.deflate === true ? 8 : 0, 4);
  buffer.writeUInt32LE(entry.claimedCrc ?? crc32(bytes), 10);
  buffer.writeUInt32LE(packed.length, 14);
  buffer.writeUInt32LE(entry.claimedSize ?? bytes.length, 18);
  return buffer;
}

function localHeader(entry: ZipEntry, packed: Buffer): Buffer {
  const name = Buffer.from(entry.localPath ?? entry.path);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(name.length, 0);
  return Buffer.concat([Buffer.from("PK\u0003\u0004"), facts(entry, packed), lengths, name]);
}

function centralHeader({ entry, offset, packed }: Placed): Buffer {
  const name = Buffer.from(entry.path);
  const rest = Buffer.alloc(18);
  rest.writeUInt16LE(name.length, 0);
  rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 10);
  rest.writeUInt32LE(offset, 14);
  // Made on Unix: the mode counts.
  const madeBy = Buffer.from([30, 3]);
  return Buffer.concat([Buffer.from("PK\u0001\u0002"), madeBy, facts(entry, packed), rest, name]);
}

function endRecord(count: number, centralBytes: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.write("PK\u0005\u0006", 0, "latin1");
  // Above 65535 the count does not fit; the directory itself is what counts then. (zip64 is not needed for these tests)
  record.writeUInt16LE(count & 0xffff, 8);
  record.writeUInt16LE(count & 0xffff, 10);
  record.writeUInt32LE(centralBytes, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
