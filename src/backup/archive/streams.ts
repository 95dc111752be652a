import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { pipeline, Readable } from "node:stream";
import { constants, createGunzip, gzip } from "node:zlib";
import { damaged } from "../backup-fault.ts";

export type Bytes = AsyncIterable<Uint8Array>;

/** What went through a stream. */
export interface Measured {
  sizeBytes: number;
  sha256: string;
}

/** The same bytes; `seen` is filled when all are through. */
export async function* measure(source: Bytes, seen: Measured): Bytes {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    yield chunk;
  }
  seen.sizeBytes = sizeBytes;
  seen.sha256 = hash.digest("hex");
}

/** Reads to the end; nothing is kept. */
export async function measureAll(source: Bytes): Promise<Measured> {
  const seen: Measured = { sizeBytes: 0, sha256: "" };
  for await (const _chunk of measure(source, seen));
  return seen;
}

export async function collect(source: Bytes): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of source) parts.push(chunk);
  return Buffer.concat(parts);
}

/** The same bytes in blocks of one size, the last one shorter. A block is not written to again. */
export async function* inBlocks(source: Bytes, sizeBytes: number): Bytes {
  let block = Buffer.allocUnsafe(sizeBytes);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + sizeBytes - filled);
      block.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled < sizeBytes) continue;
      yield block;
      block = Buffer.allocUnsafe(sizeBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

const BLOCK_BYTES = 1024 * 1024;
const LEVEL = 6;
/** Node's pool has four threads; more would only wait. */
const AT_ONCE = Math.min(4, availableParallelism()) + 1;

/** gzip, several blocks at the same time: each is a member of its own, and members one after the other are a gzip file. (RFC 1952, 2.2) */
export async function* zip(source: Bytes): Bytes {
  const running: Promise<Buffer>[] = [];
  for await (const block of inBlocks(source, BLOCK_BYTES)) {
    running.push(zipBlock(block));
    if (running.length >= AT_ONCE) yield await next(running);
  }
  if (running.length === 0) yield await zipBlock(new Uint8Array());
  while (running.length > 0) yield await next(running);
}

async function next(running: Promise<Buffer>[]): Promise<Buffer> {
  return (await running.shift()) ?? Buffer.alloc(0);
}

function zipBlock(block: Uint8Array): Promise<Buffer> {
  const zipped = new Promise<Buffer>((resolve, reject) => {
    gzip(block, { level: LEVEL, memLevel: 8, strategy: constants.Z_DEFAULT_STRATEGY }, (error, result) =>
      error === null ? resolve(result) : reject(error),
    );
  });
  // When the reader goes away before its turn comes, nobody waits for it.
  zipped.catch(() => undefined);
  return zipped;
}

/** @throws AtkError E_DAMAGED for what is no gzip file or ends too soon; a fault of the source as it is */
export async function* unzip(source: Bytes): Bytes {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let fault: unknown;
  const watched = async function* (): Bytes {
    try {
      yield* source;
    } catch (error) {
      fault = error;
      throw error;
    }
  };
  pipeline(Readable.from(watched(), { objectMode: false }), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (error) {
    if (fault !== undefined) throw fault;
    throw damaged(`it cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
}
