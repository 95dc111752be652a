import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { systemPath } from "./byte-names.ts";

/** A file as it is read: its size is said first, and then exactly so many bytes come, whatever happens to it meanwhile. */
export interface SteadyFile {
  readonly stats: Stats;
  readonly content: AsyncIterable<Uint8Array>;
  /** Asked when the content is through: whether the file was left alone all the time. */
  isSteady(): boolean;
}

const WHOLE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const TRIES = 3;
/** A link that was put in place of a file meanwhile is not followed, and a pipe does not make anybody wait. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** @throws the system's error; ENOENT where it went away */
export async function readSteady(path: string, sizeBytes: number): Promise<SteadyFile> {
  return sizeBytes <= WHOLE_BYTES ? readWhole(path) : readLong(path);
}

/** Small files are read at once, and again when they changed meanwhile. Without waiting in between: 20,000 files take half the time. */
function readWhole(path: string): SteadyFile {
  for (let left = TRIES; ; left -= 1) {
    const file = openSync(systemPath(path), FLAGS);
    try {
      const before = fstatSync(file);
      if (!before.isFile()) throw Object.assign(new Error("it is no file any more"), { code: "ENOENT" });
      const bytes = readExactly(file, before.size);
      const after = fstatSync(file);
      const isSteady = isSame(before, after);
      if (isSteady || left <= 1) return { stats: before, content: once(bytes), isSteady: () => isSteady };
    } finally {
      closeSync(file);
    }
  }
}

function readExactly(file: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size;) {
    const count = readSync(file, bytes, at, size - at, at);
    if (count === 0) break;
    at += count;
  }
  return bytes;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** What is missing of a file that got shorter comes as zeros. */
async function readLong(path: string): Promise<SteadyFile> {
  const file = await open(systemPath(path), FLAGS);
  const before = await file.stat();
  let steady = false;
  const content = async function* (): AsyncIterable<Uint8Array> {
    try {
      for (let at = 0; at < before.size;) {
        const wanted = Math.min(CHUNK_BYTES, before.size - at);
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
        const piece = bytesRead === 0 ? Buffer.alloc(wanted) : buffer.subarray(0, bytesRead);
        at += piece.length;
        yield piece;
      }
      steady = isSame(before, await file.stat());
    } finally {
      await file.close();
    }
  };
  return { stats: before, content: content(), isSteady: () => steady };
}

function isSame(before: Stats, after: Stats): boolean {
  return before.size === after.size && before.mtimeMs === after.mtimeMs;
}
