import { PassThrough, Transform } from "node:stream";
import { createHider } from "../../core/hide-values.ts";

/**
 * What every output of a service goes through before it is shown; `values` is what must not be seen of it.
 * Takes bytes as they come, a value may be split over chunks. What is not UTF-8 stays as it is.
 */
export function outputFilter(values: readonly string[]): Transform {
  if (values.length === 0) return new PassThrough();
  const hidden = createHider(values).byteStream();
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, Buffer.from(hidden.push(chunk.toString("latin1")), "latin1"));
    },
    flush(done) {
      done(null, Buffer.from(hidden.end(), "latin1"));
    },
  });
}
