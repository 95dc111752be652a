import { Transform } from "node:stream";
import type { Hider } from "../core/hide-values.ts";

/**
 * Bytes in, the same bytes out without the known values. Works on bytes, not on decoded text, so that a character that
 * is cut between two chunks and bytes that are not UTF-8 come out as they came in. A value that is written in another
 * encoding than UTF-8 is not found.
 */
export function createHideStream(hider: Hider): Transform {
  const stream = hider.byteStream();
  return new Transform({
    decodeStrings: true,
    transform(chunk: Buffer, _encoding, done) {
      done(null, bytesOf(stream.push(chunk.toString("latin1"))));
    },
    flush(done) {
      done(null, bytesOf(stream.end()));
    },
  });
}

/** Nothing rather than an empty chunk. */
function bytesOf(text: string): Buffer | null {
  return text === "" ? null : Buffer.from(text, "latin1");
}
