import type { Ending, Handover } from "./handover.ts";

/** What a supervisor remembers of its service's restarts. */
export interface Restarts {
  /** When, in milliseconds of any clock, oldest first. */
  readonly times: readonly number[];
  /** How often the pause was doubled. */
  readonly doublings: number;
}

export const NO_RESTARTS: Restarts = { times: [], doublings: 0 };

export type Move =
  | { readonly kind: "again"; readonly pauseMs: number; readonly restarts: Restarts; readonly detail: string }
  | { readonly kind: "over"; readonly phase: "failed" | "stopped"; readonly detail: string };

export interface Run {
  readonly ending: Ending;
  readonly ranMs: number;
  readonly nowMs: number;
}

type Policy = Pick<Handover, "restart" | "maxRestarts" | "rules">;

/** A process that ends so soon with success was probably not the service itself. */
const SOON_MS = 10_000;

/** What is done after a run has ended by itself. */
export function nextMove(run: Run, policy: Policy, before: Restarts): Move {
  const said = sayEnding(run.ending);
  const isSuccess = run.ending.kind === "code" && run.ending.code === 0;
  if (policy.restart === "never" || (policy.restart === "on-failure" && isSuccess)) {
    const detail = isSuccess && run.ranMs < SOON_MS ? `${said}${BACKGROUND}` : said;
    return { kind: "over", phase: isSuccess ? "stopped" : "failed", detail };
  }
  const { windowMs, healthyMs, firstPauseMs, longestPauseMs } = policy.rules;
  const times = before.times.filter((time) => run.nowMs - time < windowMs);
  if (times.length >= policy.maxRestarts) {
    const within = `${times.length} times within ${seconds(windowMs)}`;
    return { kind: "over", phase: "failed", detail: `${said}; it was started again ${within}, and is left alone now` };
  }
  const doublings = run.ranMs >= healthyMs ? 0 : before.doublings;
  const pauseMs = Math.min(firstPauseMs * 2 ** doublings, longestPauseMs);
  const restarts = { times: [...times, run.nowMs], doublings: doublings + 1 };
  return { kind: "again", pauseMs, restarts, detail: `${said}; it is started again after ${seconds(pauseMs)}` };
}

const BACKGROUND = " soon after it was started; if it puts itself into the background, use type script";

/** "exited with code 1". */
export function sayEnding(ending: Ending): string {
  if (ending.kind === "code") return `exited with code ${ending.code}`;
  return ending.kind === "signal" ? `was ended by ${ending.signal}` : `could not be started: ${ending.reason}`;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
