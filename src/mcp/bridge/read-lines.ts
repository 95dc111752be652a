import type { Readable } from "node:stream";
import { createLineSplitter } from "../line-splitter.ts";

/**
 * Gives every line that is not blank, without waiting for what `take` does with it. Resolves at the end of the input, when it breaks, or with `signal`.
 * A last line without its end counts: a client may close right after it.
 */
export function readLines(input: Readable, take: (line: string) => void, signal: AbortSignal): Promise<void> {
  const splitter = createLineSplitter();
  const push = (chunk: Buffer | string): void => {
    for (const line of splitter.push(Buffer.from(chunk))) if (line.trim() !== "") take(line);
  };
  return new Promise((resolve) => {
    const done = (): void => {
      input.off("data", push);
      resolve();
    };
    if (signal.aborted) return done();
    signal.addEventListener("abort", done, { once: true });
    input
      .on("data", push)
      .once("end", () => {
        push("\n");
        done();
      })
      .once("error", done)
      .once("close", done);
  });
}
