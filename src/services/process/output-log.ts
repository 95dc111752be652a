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
import { join } from "node:path";
import type { Rules } from "./handover.ts";
import { currentSegment, olderPath, olderSegments, outputPath } from "./output-files.ts";

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
 * Copies the end of the file, at most `logBytes` of it, then empties the file: what the disk has to hold stays bounded, also when the
 * command writes faster than we come. Lost is what it writes between the last look and the emptying, some microseconds.
 */
function putAside(fd: number, runDirectory: string, { logBytes, logFiles }: LogRules): void {
  const older = olderSegments(runDirectory);
  const from = Math.max(0, fstatSync(fd).size - logBytes);
  const { start } = currentSegment(runDirectory, older);
  for (const { path } of older.slice(0, Math.max(0, older.length - (logFiles - 2)))) rmSync(path, { force: true });
  const draft = join(runDirectory, "output.draft");
  // A full disk is no reason to fill it further.
  const copied = attempt(() => copyFrom(fd, draft, { from, mostBytes: 2 * logBytes }));
  ftruncateSync(fd, 0);
  // After the emptying: who reads along takes the new file as the sign that the current one begins anew.
  if (copied === true) attempt(() => renameSync(draft, olderPath(runDirectory, start + from)));
  else rmSync(draft, { force: true });
}

const CHUNK_BYTES = 256 * 1024;

function copyFrom(fd: number, path: string, part: { readonly from: number; readonly mostBytes: number }): true {
  const target = openSync(path, "w", 0o600);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let copied = 0; copied < part.mostBytes;) {
      const length = readSync(fd, buffer, 0, CHUNK_BYTES, part.from + copied);
      if (length === 0) break;
      writeSync(target, buffer, 0, length);
      copied += length;
    }
    return true;
  } finally {
    closeSync(target);
  }
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
