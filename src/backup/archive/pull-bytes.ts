/** Bytes of a stream, taken as they are needed; at most one chunk is held. */
export interface PullBytes {
  /** Exactly so many; fewer only where the stream ends. */
  take(size: number): Promise<Buffer>;
  /** The next `size` bytes in pieces as they come; what is not taken of them is skipped by `skip`. @throws when the stream ends before */
  pieces(size: number): AsyncIterable<Uint8Array>;
  /** To the end, so that whoever feeds the stream can end. */
  drain(): Promise<void>;
}

export function pullBytes(source: AsyncIterable<Uint8Array>): PullBytes {
  const iterator = source[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array();
  const more = async (): Promise<boolean> => {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done === true) return false;
      held = value;
      if (held.length > 0) return true;
    }
  };
  const cut = (size: number): Uint8Array => {
    const piece = held.subarray(0, size);
    held = held.subarray(piece.length);
    return piece;
  };
  return {
    async take(size) {
      const parts: Uint8Array[] = [];
      let missing = size;
      while (missing > 0 && (held.length > 0 || (await more()))) {
        const piece = cut(missing);
        missing -= piece.length;
        parts.push(piece);
      }
      const [first] = parts;
      return parts.length === 1 && first !== undefined
        ? Buffer.from(first.buffer, first.byteOffset, first.length)
        : Buffer.concat(parts);
    },
    async *pieces(size) {
      let missing = size;
      while (missing > 0) {
        if (held.length === 0 && !(await more())) throw new Error("the archive ends in the middle of a file");
        const piece = cut(missing);
        missing -= piece.length;
        yield piece;
      }
    },
    async drain() {
      while (await more()) held = new Uint8Array();
    },
  };
}
