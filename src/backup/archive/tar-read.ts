import { damaged } from "../backup-fault.ts";
import { nameOfBytes } from "./byte-names.ts";
import type { Entry } from "./entry.ts";
import { pullBytes, type PullBytes } from "./pull-bytes.ts";

const BLOCK = 512;
/** Names and the like; more than that nobody writes. */
const MOST_EXTENDED = 1024 * 1024;
const TYPES: Readonly<Record<string, Entry["type"]>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  "1": "hard",
  "2": "link",
  "5": "directory",
};

export interface ReadEntry {
  readonly entry: Entry;
  /** Of files. What the reader of the archive leaves of it is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The entries of a tar archive in their order: pax and old GNU names are understood; devices, pipes and what is unknown are passed over.
 * Paths are as they are written, and not to be trusted.
 * @throws AtkError E_DAMAGED where it is not a tar archive or ends too soon
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncIterable<ReadEntry> {
  const bytes = pullBytes(source);
  let said: Said = {};
  for (;;) {
    const block = await bytes.take(BLOCK);
    if (block.length < BLOCK) throw damaged("the archive ends before its end");
    if (block.every((byte) => byte === 0)) return bytes.drain();
    checkSum(block);
    const flag = String.fromCharCode(block[156] ?? 0);
    const size = said.size ?? number(block, 124, 12);
    if (!Number.isSafeInteger(size) || size < 0) throw damaged("the archive has a size that is no size");
    if (EXTENDED.has(flag)) {
      const body = await extended(bytes, number(block, 124, 12));
      said = {
        ...said,
        ...(flag === "x"
          ? paxOf(body)
          : flag === "L"
            ? { path: text(body) }
            : flag === "K"
              ? { target: text(body) }
              : {}),
      };
      continue;
    }
    const type = TYPES[flag];
    const length = type === "file" || type === undefined ? size : 0;
    const rest = counted(bytes, length);
    if (type !== undefined) yield { entry: entryOf(block, said, { type, size: length }), content: rest.pieces };
    await rest.skip();
    said = {};
  }
}

/** x: of the next entry; g: of all (nothing in it is needed); L and K: long names of old GNU tar. */
const EXTENDED: ReadonlySet<string> = new Set(["x", "g", "L", "K"]);

interface Said {
  readonly path?: string;
  readonly target?: string;
  readonly size?: number;
  readonly mtimeMs?: number;
  readonly uid?: number;
  readonly gid?: number;
}

function entryOf(block: Buffer, said: Said, { type, size }: Pick<Entry, "type" | "size">): Entry {
  const prefix = field(block, 345, 155);
  const name = field(block, 0, 100);
  const path = said.path ?? (prefix === "" || !isUstar(block) ? name : `${prefix}/${name}`);
  const target = said.target ?? field(block, 157, 100);
  return {
    path: path.replace(/\/+$/, ""),
    type,
    size,
    mode: number(block, 100, 8) & 0o7777,
    mtimeMs: said.mtimeMs ?? number(block, 136, 12) * 1000,
    uid: said.uid ?? number(block, 108, 8),
    gid: said.gid ?? number(block, 116, 8),
    ...(type === "link" || type === "hard" ? { target } : {}),
  };
}

function counted(
  bytes: PullBytes,
  length: number,
): { readonly pieces: AsyncIterable<Uint8Array>; skip(): Promise<void> } {
  let taken = 0;
  const guarded = async function* (): AsyncIterable<Uint8Array> {
    try {
      for await (const piece of bytes.pieces(length - taken)) {
        taken += piece.length;
        yield piece;
      }
    } catch (error) {
      throw error instanceof Error && error.message.startsWith("the archive ends") ? damaged(error.message) : error;
    }
  };
  return {
    pieces: { [Symbol.asyncIterator]: () => guarded()[Symbol.asyncIterator]() },
    async skip() {
      for await (const _piece of guarded());
      const padding = (BLOCK - (length % BLOCK)) % BLOCK;
      if ((await bytes.take(padding)).length < padding) throw damaged("the archive ends in the middle of a file");
    },
  };
}

async function extended(bytes: PullBytes, size: number): Promise<Buffer> {
  if (size > MOST_EXTENDED) throw damaged("a name in the archive is longer than a name can be");
  const body = Buffer.from(await bytes.take(size));
  await bytes.take((BLOCK - (size % BLOCK)) % BLOCK);
  return body;
}

function paxOf(body: Buffer): Said {
  let said: Said = {};
  for (let at = 0; at < body.length;) {
    const blank = body.indexOf(0x20, at);
    const length = Number(body.subarray(at, blank).toString("latin1"));
    if (blank < 0 || !Number.isInteger(length) || length < 5)
      throw damaged("the archive has a header that cannot be read");
    const equals = body.indexOf(0x3d, blank);
    const value = body.subarray(equals + 1, at + length - 1);
    said = { ...said, ...meaning(body.subarray(blank + 1, equals).toString("latin1"), value) };
    at += length;
  }
  return said;
}

function meaning(key: string, value: Buffer): Said {
  switch (key) {
    case "path":
      return { path: nameOfBytes(value) };
    case "linkpath":
      return { target: nameOfBytes(value) };
    case "size":
    case "uid":
    case "gid":
      return { [key]: Number(value.toString("latin1")) };
    case "mtime":
      return { mtimeMs: Number(value.toString("latin1")) * 1000 };
    default:
      return {};
  }
}

function text(body: Buffer): string {
  const end = body.indexOf(0);
  return nameOfBytes(end < 0 ? body : body.subarray(0, end));
}

function field(block: Buffer, at: number, length: number): string {
  return text(block.subarray(at, at + length));
}

function isUstar(block: Buffer): boolean {
  return block.subarray(257, 262).toString("latin1") === "ustar";
}

/** Octal digits, or for large ones big-endian bytes with the highest bit set, as GNU tar writes them. */
function number(block: Buffer, at: number, length: number): number {
  const bytes = block.subarray(at, at + length);
  if (((bytes[0] ?? 0) & 0x80) !== 0) return bytes.subarray(1).reduce((total, byte) => total * 256 + byte, 0);
  const digits = bytes.toString("latin1").replaceAll(/[\0 ]/g, "");
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function checkSum(block: Buffer): void {
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (sum !== number(block, 148, 8)) throw damaged("the archive has a block with a wrong check sum");
}
