import { setTimeout as sleep } from "node:timers/promises";

export interface Following {
  readonly isUp: () => Promise<boolean>;
  readonly lookEveryMs: number;
  /** Somebody has had enough. */
  readonly signal?: AbortSignal;
}

/**
 * Follows a log with a program that knows nothing of the service, and ends it when the service is down: after one more turn, for its
 * last lines. `wasEnded` tells that the program did not end by itself.
 */
export async function followUntilDown<T>(
  read: (until: AbortSignal) => Promise<T>,
  { isUp, lookEveryMs, signal }: Following,
): Promise<{ readonly result: T; readonly wasEnded: boolean }> {
  const ending = new AbortController();
  const until = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
  const turn = (): Promise<unknown> => sleep(lookEveryMs, undefined, { signal: until }).catch(() => undefined);
  const watch = async (): Promise<void> => {
    do await turn();
    while (!until.aborted && (await isUp().catch(() => true)));
    await turn();
    ending.abort();
  };
  const [end] = await Promise.all([
    read(until)
      .then((result) => ({ result, wasEnded: until.aborted }))
      .finally(() => ending.abort()),
    watch(),
  ]);
  return end;
}
