import { createReadStream } from "node:fs";
import { fileFault } from "./file-fault.ts";

const PIECE_BYTES = 1024 * 1024;

/** The bytes of a regular file in order, never all of them in memory. Links are followed. @throws AtkError E_FILE */
export async function* filePieces(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw fileFault("read", path, error);
  }
}
