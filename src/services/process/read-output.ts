import { closeSync, openSync, readSync } from "node:fs";
import { currentSegment, olderSegments, type Segment } from "./output-files.ts";

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Positions of the first byte of the current file, and after the last byte. */
export interface Extent {
  readonly current: number;
  readonly end: number;
}

export function extentOf(runDirectory: string): Extent {
  const { start, sizeBytes } = currentSegment(runDirectory, olderSegments(runDirectory));
  return { current: start, end: start + sizeBytes };
}

/** All the output that is kept, oldest first. */
function segmentsOf(runDirectory: string): readonly Segment[] {
  const older = olderSegments(runDirectory);
  return [...older, currentSegment(runDirectory, older)];
}

/** Some output, and the position after it. */
export interface Piece {
  readonly bytes: Buffer;
  readonly next: number;
}

/** The next output that is kept from a position on; undefined at the end, and when what was there is just being put aside. */
export function readPiece(runDirectory: string, position: number): Piece | undefined {
  const segments = segmentsOf(runDirectory);
  const segment = segments.find(({ start, sizeBytes }) => start + sizeBytes > position);
  if (segment === undefined) return undefined;
  const at = Math.max(position, segment.start);
  const bytes = readFile(segment.path, at - segment.start, CHUNK_BYTES);
  // When the current file was emptied meanwhile, what we have read may be newer output.
  const isSame = segment !== segments.at(-1) || olderSegments(runDirectory).at(-1)?.path === segments.at(-2)?.path;
  return isSame && bytes.length > 0 ? { bytes, next: at + bytes.length } : undefined;
}

/** Where the last `lines` lines begin. Reads no more than it must, from the end. */
export function positionOfLast(lines: number, runDirectory: string): number {
  if (lines <= 0) return extentOf(runDirectory).end;
  const segments = segmentsOf(runDirectory);
  // What ends with a line break has no empty line after it.
  let left = lines + (endsWithBreak(segments) ? 1 : 0);
  for (const { path, start, sizeBytes } of segments.toReversed()) {
    for (let to = sizeBytes; to > 0;) {
      const from = Math.max(0, to - CHUNK_BYTES);
      const chunk = readFile(path, from, to - from);
      for (let at = chunk.lastIndexOf(NEWLINE); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1)) {
        left -= 1;
        if (left <= 0) return start + from + at + 1;
      }
      to = from;
    }
  }
  return segments[0]?.start ?? 0;
}

function endsWithBreak(segments: readonly Segment[]): boolean {
  const last = segments.findLast(({ sizeBytes }) => sizeBytes > 0);
  return last !== undefined && readFile(last.path, last.sizeBytes - 1, 1)[0] === NEWLINE;
}

function readFile(path: string, from: number, mostBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(mostBytes);
  try {
    const fd = openSync(path, "r");
    try {
      return buffer.subarray(0, readSync(fd, buffer, 0, mostBytes, from));
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
