import type { Located } from "./finding.ts";
import { createPieceScanner } from "./scan-pieces.ts";
import type { ScanOptions } from "./scan-text.ts";

/** git takes a file with a NUL in its first 8000 bytes for a binary one. (buffer_is_binary in git's xdiff-interface.c) */
const HEAD_BYTES = 8 * 1024;
const PIECE_BYTES = 5 * 1024 * 1024;

/** The bytes of one file, in chunks. */
export interface ByteScanner {
  /** false: the file is binary; further bytes make no difference. */
  push(chunk: Uint8Array): boolean;
  /** "binary": nothing was looked for. */
  end(): readonly Located[] | "binary";
}

/** Text in UTF-8, or in UTF-16 with its mark (what PowerShell 5 writes); bytes that are neither stand for themselves as well as they can. */
export function createByteScanner(options: ScanOptions): ByteScanner {
  const scanner = createPieceScanner(options);
  let head: Uint8Array = new Uint8Array();
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let binary = false;
  const decode = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      scanner.push(decoder?.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: true }) ?? "");
  };
  const begin = (): void => {
    const encoding = encodingOf(head);
    binary = encoding === undefined;
    decoder = new TextDecoder(encoding);
    if (!binary) decode(head);
  };
  return {
    push: (chunk) => {
      if (decoder !== undefined) {
        if (!binary) decode(chunk);
        return !binary;
      }
      head = head.length === 0 ? chunk : concat(head, chunk);
      if (head.length >= HEAD_BYTES) begin();
      return !binary;
    },
    end: () => {
      if (decoder === undefined) begin();
      if (binary) return "binary";
      scanner.push(decoder?.decode() ?? "");
      return scanner.end();
    },
  };
}

export function scanBytes(bytes: Uint8Array, options: ScanOptions): readonly Located[] | "binary" {
  const scanner = createByteScanner(options);
  scanner.push(bytes);
  return scanner.end();
}

function encodingOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return bytes.subarray(0, HEAD_BYTES).includes(0) ? undefined : "utf-8";
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
