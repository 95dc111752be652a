/** The time is up. */
export class TimeoutError extends Error {}
/** The caller's signal came. */
export class AbortedError extends Error {}

export interface Deadline {
  /** The promise's result, unless time or the caller ends it first. */
  within<Result>(work: Promise<Result>): Promise<Result>;
  /** @throws when it has come already. */
  check(): void;
  /** At least 1. */
  leftMs(): number;
  clear(): void;
}

/** One time limit over several steps, also ended by a signal. */
export function createDeadline(timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  const end = performance.now() + timeoutMs;
  const stop = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    stop.signal.addEventListener("abort", () => reject(stop.signal.reason), { once: true });
  });
  // Nobody may be waiting when it ends.
  stopped.catch(() => {});
  const timer = setTimeout(() => stop.abort(new TimeoutError()), timeoutMs);
  const abort = (): void => stop.abort(new AbortedError());
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return {
    within: (work) => Promise.race([work, stopped]),
    check: () => stop.signal.throwIfAborted(),
    leftMs: () => Math.max(1, Math.ceil(end - performance.now())),
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}
