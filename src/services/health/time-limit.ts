import { failed, type ProbeFailure } from "./health-check.ts";

/** How long one probe may take, or until its caller stops it. */
export interface TimeLimit {
  /** Comes when time is up or the caller stops. */
  readonly signal: AbortSignal;
  /** The failure to tell once `signal` came. `missing`: what did not happen in time, e.g. "localhost:8787 did not answer". */
  over(missing: string, why: "unwell" | "unclear"): ProbeFailure;
  clear(): void;
}

export function startTimeLimit(timeoutMs: number, caller?: AbortSignal): TimeLimit {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  return {
    // Not a listener on the caller's signal: a hundred probes share it, and Node warns of more than ten.
    signal: caller === undefined ? stop.signal : AbortSignal.any([caller, stop.signal]),
    over: (missing, why) =>
      caller?.aborted === true
        ? failed("aborted", "stopped before there was an answer")
        : failed(why, `${missing} within ${timeoutMs / 1000} s`),
    clear: () => clearTimeout(timer),
  };
}
