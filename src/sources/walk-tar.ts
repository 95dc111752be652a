import type { ReadEntry } from "tar";
import { AtkError } from "../core/errors.ts";
import { tooManyEntries, unpacksTooLarge } from "./archive-fault.ts";
import { MAX_ARCHIVE_ENTRIES, MAX_UNPACKED_BYTES } from "./tree-limits.ts";

const GZIP = [0x1f, 0x8b];

/** Whether bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
}

/**
 * Shows every entry of a tar.gz to `visit`, which must take its bytes or let them go (`resume`). Unpacked piece by piece in memory, and
 * no further than the limits or the first error.
 * @throws AtkError E_HOSTILE beyond the limits of an archive and for what is no archive; whatever `visit` throws.
 */
export async function walkTar(bytes: Uint8Array, what: string, visit: (entry: ReadEntry) => void): Promise<void> {
  const { Parser } = await import("tar");
  const faults: unknown[] = [];
  let entries = 0;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      try {
        if (faults.length > 0) return entry.resume();
        entries += 1;
        if (entries > MAX_ARCHIVE_ENTRIES) throw tooManyEntries(what);
        visit(entry);
      } catch (error) {
        faults.push(error);
        entry.resume();
      }
    },
  });
  parser.on("error", (error: unknown) => faults.push(unreadable(error, what)));
  let ended = false;
  parser.on("eof", () => {
    ended = true;
  });
  for await (const chunk of unzipped(bytes, what)) {
    parser.write(chunk);
    // What lies behind the end is nothing of the archive, and the parser would keep it all.
    if (ended || faults.length > 0) break;
  }
  // After its end every entry has been taken; an archive that just stops has to be told.
  if (!ended && faults.length === 0)
    await new Promise<void>(
      (done) =>
        void parser
          .on("end", done)
          .on("error", () => done())
          .end(),
    );
  if (faults.length > 0) throw faults[0];
}

async function* unzipped(bytes: Uint8Array, what: string): AsyncGenerator<Buffer> {
  const { createGunzip } = await import("node:zlib");
  const stream = createGunzip();
  stream.end(bytes);
  let sizeBytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      // The parser would unpack an archive inside the archive as well, past this count.
      if (sizeBytes === 0 && isGzip(chunk)) throw new Error("a gzip file in a gzip file");
      sizeBytes += chunk.length;
      if (sizeBytes > MAX_UNPACKED_BYTES) throw unpacksTooLarge(what);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof AtkError ? error : unreadable(error, what);
  } finally {
    stream.destroy();
  }
}

function unreadable(error: unknown, what: string): AtkError {
  const said = error instanceof Error ? error.message : String(error);
  return new AtkError("E_HOSTILE", `${what} cannot be read as a tar.gz archive: ${said}`, { cause: error });
}
