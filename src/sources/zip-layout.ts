import type { Entry } from "yauzl";
import { AtkError } from "../core/errors.ts";
import { hostile } from "./hostile.ts";

const CENTRAL_HEADER = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;

/**
 * Refuses a zip whose entries share bytes (a bomb in little space), or whose names differ between the two places where a zip has them
 * (programs would see different files).
 * @throws AtkError E_HOSTILE naming the entry
 */
export function checkLayout(entries: readonly Entry[], buffer: Buffer, what: string): void {
  const spans = entries.map((entry) => ({ entry, ...spanOf(entry, buffer, what) }));
  spans.sort((a, b) => a.start - b.start);
  for (const [index, { entry, end }] of spans.entries()) {
    const next = spans[index + 1];
    if (next !== undefined && next.start < end)
      throw hostile({ what }, nameOf(next.entry), `it lies in the same bytes as ${JSON.stringify(nameOf(entry))}`);
  }
}

/** Refuses a directory that goes on behind as many entries as it says. @throws AtkError E_HOSTILE */
export function checkEnd(cursor: number, buffer: Buffer, what: string): void {
  if (cursor + 4 <= buffer.length && buffer.readUInt32LE(cursor) === CENTRAL_HEADER)
    throw new AtkError("E_HOSTILE", `${what} cannot be read as a zip archive: it has more entries than it says`);
}

/** Where an entry's header begins and its bytes end. (APPNOTE 4.3.7) */
function spanOf(entry: Entry, buffer: Buffer, what: string): { start: number; end: number } {
  const start = entry.relativeOffsetOfLocalHeader;
  if (start + LOCAL_HEADER_BYTES > buffer.length || buffer.readUInt32LE(start) !== LOCAL_HEADER)
    throw new AtkError("E_HOSTILE", `${what} cannot be read as a zip archive: an entry has no header`);
  const nameBytes = buffer.readUInt16LE(start + 26);
  const extraBytes = buffer.readUInt16LE(start + 28);
  const name = buffer.subarray(start + LOCAL_HEADER_BYTES, start + LOCAL_HEADER_BYTES + nameBytes);
  if (!name.equals(entry.fileNameRaw))
    throw hostile({ what }, nameOf(entry), "it has another name where its bytes begin");
  return { start, end: start + LOCAL_HEADER_BYTES + nameBytes + extraBytes + entry.compressedSize };
}

function nameOf(entry: Entry): string {
  return new TextDecoder().decode(entry.fileNameRaw);
}
