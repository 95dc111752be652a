import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
  type Stats,
} from "node:fs";
import type { Rules } from "./handover.ts";
import { currentSegment, draftPath, olderPath, olderSegments, outputPath } from "./output-files.ts";

/** The supervisor's hold on the output file of its service. */
export interface OutputLog {
  readonly path: string;
  /** For the command's stdout and stderr. */
  readonly fd: number;
  /** Position of what is written next. */
  end(): number;
  /** A line of the supervisor's own between the command's. */
  note(text: string): void;
  /** Puts the output aside when it has grown too long. Gives by how many bytes it grew since the last time. */
  check(): number;
  close(): void;
}

type LogRules = Pick<Rules, "logBytes" | "logFiles">;

/** Opens it, for the user alone; what is there already stays. Throws the system's error. */
export function openOutputLog(runDirectory: string, rules: LogRules): OutputLog {
  const path = outputPath(runDirectory);
  const { O_APPEND, O_CREAT, O_RDWR } = constants;
  // For appending: each write goes to the end, wherever that is after the file was emptied. (open(2))
  const fd = openSync(path, O_APPEND | O_CREAT | O_RDWR, 0o600);
  let seenBytes = fstatSync(fd).size;
  // Of a supervisor that was killed while it copied.
  rmSync(draftPath(runDirectory), { force: true });
  const check = (): number => {
    const stat = fstatSync(fd);
    const grownBytes = stat.size - seenBytes;
    if (usedBytes(stat) > rules.logBytes) putAside(fd, runDirectory, rules);
    seenBytes = fstatSync(fd).size;
    return grownBytes;
  };
  return {
    path,
    fd,
    end: () => currentSegment(runDirectory, olderSegments(runDirectory)).start + fstatSync(fd).size,
    note: (text) => void attempt(() => writeSync(fd, `--- atk: ${text} ---\n`)),
    check,
    close: () => closeSync(fd),
  };
}

/** A command that opened its output anew, not for appending, leaves a hole at the begin of the emptied file: a long file, little disk. */
function usedBytes({ size, blocks }: Stats): number {
  return Math.min(size, blocks * 512);
}

/**
 * Copies the file, the end of it when it is much too long, then empties it: what the disk has to hold stays bounded, also when the
 * command writes faster than we come. Lost is what it writes between the last look and the emptying, some microseconds: nothing of 90 MB
 * at 13 MB a second, put aside 80 times, but a part of a flood at the speed of memory. Every way without that gap needs a process that must
 * not die.
 */
function putAside(fd: number, runDirectory: string, { logBytes, logFiles }: LogRules): void {
  const older = olderSegments(runDirectory);
  const { start } = currentSegment(runDirectory, older);
  for (const { path } of older.slice(0, Math.max(0, older.length - (logFiles - 2)))) rmSync(path, { force: true });
  const draft = draftPath(runDirectory);
  // Without a copy when the disk is full: that is no reason to fill it further.
  const from = attempt(() => moveEnd(fd, draft, logBytes));
  if (from === undefined) ftruncateSync(fd, 0);
  // After the emptying: who reads along takes the new file as the sign that the current one begins anew.
  if (from !== undefined) attempt(() => renameSync(draft, olderPath(runDirectory, start + from)));
  else attempt(() => rmSync(draft, { force: true }));
}

const CHUNK_BYTES = 256 * 1024;
const MOST_TRIES = 20;

/** Copies a file, or from near its end, up to its end, while that moves away, and empties it. Gives where the copy begins. */
function moveEnd(fd: number, path: string, logBytes: number): number {
  const target = openSync(path, "w", 0o600);
  try {
    for (let tries = 1; ; tries += 1) {
      const { size } = fstatSync(fd);
      const from = size <= 2 * logBytes ? 0 : size - logBytes;
      ftruncateSync(target, 0);
      // One that is outrun begins again nearer to the end: the last words are worth more than those before.
      const isWhole = copyRange(fd, target, { from, mostBytes: 3 * logBytes });
      if (!isWhole && tries < MOST_TRIES) continue;
      // At once: whatever is done in between is time for more to be written.
      ftruncateSync(fd, 0);
      return from;
    }
  } finally {
    closeSync(target);
  }
}

/** Whether it came to the end. */
function copyRange(fd: number, target: number, part: { readonly from: number; readonly mostBytes: number }): boolean {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let copied = 0; copied < part.mostBytes;) {
    const length = readSync(fd, buffer, 0, CHUNK_BYTES, part.from + copied);
    if (length === 0) return true;
    writeSync(target, buffer, 0, length, copied);
    copied += length;
  }
  return false;
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
