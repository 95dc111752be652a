import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogOptions, Talk } from "../service.ts";
import { draftPath } from "./output-files.ts";
import { outputFilter } from "./output-filter.ts";
import { isOver } from "./process-group.ts";
import { extentOf, positionOfLast, readPiece } from "./read-output.ts";
import { readRecord } from "./record.ts";
import { standingOf } from "./standing.ts";

/** How long we wait for output that is just being put aside. */
const PUT_ASIDE_MS = 500;
const POLL_MS = 100;
/** So many looks in a row at a log that is shorter than it was: it was emptied by somebody else. */
const SHORTER_LOOKS = 3;

/** Talks the kept output, all on stdout: both streams go into one file, so that their order is kept. */
export async function showLogs(
  runDirectory: string,
  { follow, lines, signal }: LogOptions,
  hide: readonly string[],
  talk: Talk,
): Promise<void> {
  const filter = outputFilter(hide).setEncoding("utf8");
  filter.on("data", (chunk: string) => talk(chunk, "stdout"));
  const ended = new Promise<void>((resolve, reject) => filter.once("end", resolve).once("error", reject));
  await isOver(() => existsSync(draftPath(runDirectory)), PUT_ASIDE_MS);
  const from = lines === undefined ? 0 : positionOfLast(lines, runDirectory);
  const pieces = follow ? followFrom(from, runDirectory, signal) : piecesFrom(from, lines ?? Infinity, runDirectory);
  for await (const bytes of pieces) {
    if (signal?.aborted === true) break;
    if (!filter.write(bytes)) await new Promise((resolve) => filter.once("drain", resolve));
  }
  filter.end();
  await ended;
}

/** What is there now; no more lines than that, however much was written since we looked where they begin. */
function* piecesFrom(from: number, lines: number, runDirectory: string): Generator<Buffer> {
  const { end } = extentOf(runDirectory);
  let left = lines;
  for (let position = from; position < end && left > 0;) {
    const piece = readPiece(runDirectory, position);
    if (piece === undefined) return;
    const [bytes, found] = firstLines(piece.bytes.subarray(0, Math.max(0, end - position)), left);
    yield bytes;
    left -= found;
    position = piece.next;
  }
}

/** The begin of some output, with at most so many line breaks, and how many it has. */
function firstLines(bytes: Buffer, most: number): readonly [Buffer, number] {
  if (most === Infinity) return [bytes, 0];
  let found = 0;
  for (let at = bytes.indexOf("\n"); at >= 0; at = bytes.indexOf("\n", at + 1)) {
    found += 1;
    if (found === most) return [bytes.subarray(0, at + 1), found];
  }
  return [bytes, found];
}

/** What is there and what comes, until the service has ended or `signal` says so. */
async function* followFrom(
  from: number,
  runDirectory: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  let position = from;
  let shorterLooks = 0;
  while (signal?.aborted !== true) {
    const isOver = !isUp(runDirectory);
    for (let piece = readPiece(runDirectory, position); piece; piece = readPiece(runDirectory, position)) {
      yield piece.bytes;
      position = piece.next;
    }
    if (isOver) return;
    const { current, end } = extentOf(runDirectory);
    shorterLooks = end < position ? shorterLooks + 1 : 0;
    if (shorterLooks >= SHORTER_LOOKS) position = current;
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

function isUp(runDirectory: string): boolean {
  const standing = standingOf(readRecord(runDirectory), runDirectory);
  return standing.where === "elsewhere" || standing.supervised || standing.running;
}
