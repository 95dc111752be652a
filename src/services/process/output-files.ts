import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Where the output of a service is kept. The command itself writes to `output.log`, opened for appending: so it needs nobody to live, and a
 * supervisor that is killed neither ends it (as a broken pipe would) nor stops it (as a full one would). When the file has grown too long,
 * the supervisor copies it to `output-<position>.log` and empties it. The position is the number of bytes that were written before that
 * file's first one, so it also tells the position of the current file, and who reads along never loses the thread.
 */
export function outputPath(runDirectory: string): string {
  return join(runDirectory, "output.log");
}

/** One file, and where its first byte stands in all the output. */
export interface Segment {
  readonly path: string;
  readonly start: number;
  readonly sizeBytes: number;
}

const DIGITS = 16;

export function olderPath(runDirectory: string, start: number): string {
  return join(runDirectory, `output-${String(start).padStart(DIGITS, "0")}.log`);
}

/** Output that is just being put aside. While it is there, it may be missing in the other files. */
export function draftPath(runDirectory: string): string {
  return join(runDirectory, "output.draft");
}

/** What was put aside, oldest first. */
export function olderSegments(runDirectory: string): readonly Segment[] {
  return namesIn(runDirectory)
    .flatMap((name) => {
      const start = /^output-(\d{16})\.log$/.exec(name)?.[1];
      const path = join(runDirectory, name);
      return start === undefined ? [] : [{ path, start: Number(start), sizeBytes: sizeOf(path) }];
    })
    .sort((a, b) => a.start - b.start);
}

/** The file that is written to now; its size may be out of date at once. */
export function currentSegment(runDirectory: string, older: readonly Segment[]): Segment {
  const last = older.at(-1);
  const path = outputPath(runDirectory);
  return { path, start: last === undefined ? 0 : last.start + last.sizeBytes, sizeBytes: sizeOf(path) };
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
