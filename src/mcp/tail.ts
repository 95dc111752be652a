import type { Readable } from "node:stream";

const MAX_CHARACTERS = 16_384;

/** The end of a stream's text, in bounded memory. */
export interface Tail {
  text(): string;
  readonly ended: Promise<void>;
  stop(): void;
}

export function createTail(stream: Readable): Tail {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text = (text + chunk).slice(-MAX_CHARACTERS);
  });
  const ended = new Promise<void>((done) => {
    stream
      .once("end", done)
      .once("close", done)
      .once("error", () => done());
  });
  return { text: () => text, ended, stop: () => stream.destroy() };
}
