/** Lines out of chunks, without their ends. Linear in the bytes, however they are cut. */
export interface LineSplitter {
  push(chunk: Buffer): readonly string[];
}

export function createLineSplitter(): LineSplitter {
  let open: Buffer[] = [];
  return {
    push(chunk) {
      const end = chunk.lastIndexOf(0x0a);
      if (end === -1) {
        open.push(chunk);
        return [];
      }
      const whole = Buffer.concat([...open, chunk.subarray(0, end)]);
      open = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
      return whole
        .toString("utf8")
        .split("\n")
        .map((line) => line.replace(/\r$/, ""));
    },
  };
}
