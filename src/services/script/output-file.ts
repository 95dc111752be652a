import { closeSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { fileFault } from "../../host/file-fault.ts";

/**
 * Takes the output of a program in place of a pipe: a pipe ends with its reader, and with it every server that was put into the background
 * and says something afterwards. (signal(7), SIGPIPE)
 */
export interface OutputFile {
  readonly descriptor: number;
  /** Hands on what is written, until `close`. */
  follow(hear: (chunk: string) => void): void;
  /** Hands on the rest. */
  close(): void;
}

const LOOK_MS = 50;
const PIECE_BYTES = 64 * 1024;

/** Empties the file, or makes it for the user alone, with its folders. @throws AtkError E_FILE */
export function openOutput(path: string): OutputFile {
  const [descriptor, reader] = open(path);
  let stopped = (): void => undefined;
  return {
    descriptor,
    follow(hear) {
      const read = createReader(reader, hear);
      const timer = setInterval(read, LOOK_MS);
      stopped = () => {
        clearInterval(timer);
        read();
      };
    },
    close() {
      stopped();
      closeSync(descriptor);
      closeSync(reader);
    },
  };
}

function open(path: string): readonly [number, number] {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // What an earlier start left behind may still write: appending, it leaves no hole in the emptied file.
    closeSync(openSync(path, "w", 0o600));
    return [openSync(path, "a", 0o600), openSync(path, "r")];
  } catch (error) {
    throw fileFault("write", path, error);
  }
}

/** Reads on from where it was; a character that is cut waits for its other half. */
function createReader(descriptor: number, hear: (chunk: string) => void): () => void {
  const decoder = new StringDecoder("utf8");
  const piece = Buffer.alloc(PIECE_BYTES);
  return () => {
    for (let size = 1; size > 0;) {
      size = readSync(descriptor, piece, 0, piece.length, null);
      const chunk = decoder.write(piece.subarray(0, size));
      if (chunk !== "") hear(chunk);
    }
  };
}
