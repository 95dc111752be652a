/** Reads what a program prints, as it is asked for: the program waits meanwhile. */
export interface ByteReader {
  /** The next line without its end; undefined at the end of the output. */
  line(): Promise<string | undefined>;
  /** The next bytes; undefined when the output ends before. */
  exactly(count: number): Promise<Uint8Array | undefined>;
}

const LINE_END = 0x0a;

export function createByteReader(output: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = output[Symbol.asyncIterator]();
  // At once: execa throws away what nobody has begun to read in the same turn. (execa 9, lib/io/contents.js)
  let first: Promise<IteratorResult<Uint8Array>> | undefined = chunks.next();
  first.catch(() => undefined);
  let rest: Uint8Array = new Uint8Array();
  const more = async (): Promise<Uint8Array | undefined> => {
    const { done, value } = await (first ?? chunks.next());
    first = undefined;
    return done === true ? undefined : value;
  };
  /** Up to and with the place that `find` tells in a chunk (-1: not in it). */
  const take = async (find: (chunk: Uint8Array, before: number) => number): Promise<Uint8Array | undefined> => {
    const parts: Uint8Array[] = [];
    let before = 0;
    for (let chunk: Uint8Array | undefined = rest; chunk !== undefined; chunk = await more()) {
      const end = find(chunk, before);
      parts.push(end === -1 ? chunk : chunk.subarray(0, end));
      rest = end === -1 ? new Uint8Array() : chunk.subarray(end);
      if (end !== -1) return parts.length === 1 ? parts[0] : Buffer.concat(parts);
      before += chunk.length;
    }
    return undefined;
  };
  return {
    line: async () => {
      const bytes = await take((chunk) => chunk.indexOf(LINE_END) + 1 || -1);
      return bytes === undefined ? undefined : Buffer.from(bytes.subarray(0, -1)).toString("utf8");
    },
    exactly: async (count) => take((chunk, before) => (before + chunk.length >= count ? count - before : -1)),
  };
}
