import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { outputFilter } from "./output-filter.ts";
import { extentOf, positionOfLast, readPiece } from "./read-output.ts";

const MAX_LINES = 12;
const MAX_LINE_LENGTH = 300;
const MAX_BYTES = 256 * 1024;

/** The last lines that were put out from a position on, for an error: indented, without colours, "" when there are none. */
export async function lastWords(runDirectory: string, from: number, hide: readonly string[]): Promise<string> {
  const { end } = extentOf(runDirectory);
  const begin = Math.max(from, positionOfLast(MAX_LINES, runDirectory), end - MAX_BYTES);
  const filter = Readable.from(piecesBetween(runDirectory, begin, end))
    .pipe(outputFilter(hide))
    .setEncoding("utf8");
  let text = "";
  for await (const chunk of filter) text += String(chunk);
  const lines = plain(text)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  return lines
    .slice(-MAX_LINES)
    .map((line) => `\n  ${line.slice(0, MAX_LINE_LENGTH)}`)
    .join("");
}

function* piecesBetween(runDirectory: string, begin: number, end: number): Generator<Buffer> {
  for (let position = begin; position < end;) {
    const piece = readPiece(runDirectory, position);
    if (piece === undefined) return;
    yield piece.bytes;
    position = piece.next;
  }
}

/** Without what moves a terminal. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, "");
}
