import { setTimeout as sleep } from "node:timers/promises";
import { AtkError } from "../../core/errors.ts";
import type { Observation, ServiceState } from "../service.ts";
import { startTimeLimit } from "./time-limit.ts";

export interface WaitOptions {
  /** Name of the plugin, for the messages. */
  readonly name: string;
  readonly timeoutMs: number;
  /** The first pause between two looks; each is half as long again as the one before, up to 2 s. Default 100. */
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
  /** Told the first observation, and each that differs from the one before in state or detail. */
  readonly onState?: (observation: Observation) => void;
}

/**
 * Looks at a service again and again until it runs, and gives that observation. `observe` gets a signal that comes when the time is
 * up; it is not waited for after that.
 * @throws AtkError E_SERVICE at once when the service is stopped or failed, and with what was last seen when the time is up;
 * E_INTERRUPTED; whatever `observe` throws.
 */
export async function waitUntilHealthy(
  observe: (signal: AbortSignal) => Promise<Observation>,
  options: WaitOptions,
): Promise<Observation> {
  const limit = startTimeLimit(options.timeoutMs, options.signal);
  const isOver = comes(limit.signal);
  let last: Observation | undefined;
  try {
    for (const pauseMs of pauses(options.pollMs)) {
      if (limit.signal.aborted) break;
      const look = observe(limit.signal);
      // Nobody may be waiting for it when it throws.
      look.catch(() => undefined);
      const seen = await Promise.race([look, isOver]);
      // A look that was cut short may have seen half of it.
      if (seen === undefined || limit.signal.aborted) break;
      if (seen.state !== last?.state || seen.detail !== last.detail) options.onState?.(seen);
      last = seen;
      if (seen.state === "running") return seen;
      if (seen.state === "stopped" || seen.state === "failed") throw ended(seen, options);
      await sleep(pauseMs, undefined, { signal: limit.signal }).catch(() => undefined);
    }
    throw gaveUp(last, options);
  } finally {
    limit.clear();
  }
}

const LONGEST_PAUSE_MS = 2_000;

/** Milliseconds between looks, without end. */
export function* pauses(firstMs = 100): Generator<number, never> {
  for (let pauseMs = firstMs; ; pauseMs *= 1.5) yield Math.min(Math.round(pauseMs), LONGEST_PAUSE_MS);
}

function comes(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

const WORDS: Readonly<Record<ServiceState, string>> = {
  running: "running",
  starting: "still starting",
  unhealthy: "unhealthy",
  stopped: "stopped",
  failed: "failed",
  unknown: "in a state that cannot be told",
};

function describe({ state, detail }: Observation): string {
  return detail === undefined ? WORDS[state] : `${WORDS[state]}: ${detail}`;
}

function ended(seen: Observation, { name }: WaitOptions): AtkError {
  return new AtkError("E_SERVICE", `${name} did not start; it is ${describe(seen)}`, { hint: `atk logs ${name}` });
}

function gaveUp(last: Observation | undefined, { name, timeoutMs, signal }: WaitOptions): AtkError {
  if (signal?.aborted === true) return new AtkError("E_INTERRUPTED", `${name}: stopped while waiting for it to start`);
  const found = last === undefined ? "nothing was learned of it" : `it is ${describe(last)}`;
  return new AtkError("E_SERVICE", `${name} was not healthy within ${timeoutMs / 1000} s; ${found}`, {
    hint: `atk logs ${name}`,
  });
}
