import type { Writable } from "node:stream";

/** Where the client reads: one message a line. */
export interface OutputLines {
  /** Resolves when the client has room for more; at once when it is gone. */
  write(text: string): Promise<void>;
  /** Aborted when nobody reads any more. */
  readonly closed: AbortSignal;
}

export function createOutputLines(output: Writable): OutputLines {
  const closed = new AbortController();
  // All who wait share one wait, however many they are.
  let waiting: (() => void)[] = [];
  const goOn = (): void => {
    const resolvers = waiting;
    waiting = [];
    for (const resolve of resolvers) resolve();
  };
  const close = (): void => {
    closed.abort();
    goOn();
  };
  output.on("drain", goOn).once("close", close);
  // Stays, so that a second fault is nobody's crash.
  output.on("error", close);
  return {
    closed: closed.signal,
    async write(text) {
      if (closed.signal.aborted) return;
      const hasRoom = output.write(`${onOneLine(text)}\n`);
      if (!hasRoom && !closed.signal.aborted) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

/** In JSON a line break can only stand between values, where a space means the same; numbers and order stay as they were written. */
function onOneLine(text: string): string {
  return /[\r\n]/.test(text) ? text.trim().replace(/[\r\n]+/g, " ") : text;
}
