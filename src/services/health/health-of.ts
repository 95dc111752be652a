import type { Host } from "../../core/host.ts";
import type { Observation } from "../service.ts";
import type { HealthCheck, ProbeFailure, ProbeOutcome } from "./health-check.ts";
import { probe, type ProbeOptions } from "./probe.ts";

export interface HealthOptions extends ProbeOptions {
  /** How long after `since` a failing probe means that the service is still starting. Default 30 000. */
  readonly startingMs?: number;
}

const DEFAULT_STARTING_MS = 30_000;

/**
 * What is known of a service when its probes are asked as well: all at once, and the first that fails says why; a command's word
 * comes before that of the others. Without checks, and for a service that is stopped or failed, it is what the driver said.
 *
 * | driver   | all well | something fails                                                                             |
 * |----------|----------|---------------------------------------------------------------------------------------------|
 * | running  | running  | unhealthy; starting in its first `startingMs`                                               |
 * | starting | running  | starting; unhealthy after `startingMs`                                                      |
 * | unknown  | running  | unhealthy when some answer; stopped when nothing is there; else unknown                     |
 *
 * Never throws. A probe that the caller stopped changes nothing.
 */
export async function healthOf(
  observed: Observation,
  checks: readonly HealthCheck[],
  options: HealthOptions,
): Promise<Observation> {
  if (checks.length === 0 || !["running", "starting", "unknown"].includes(observed.state)) return observed;
  const outcomes = await Promise.all(commandsFirst(checks).map((check) => probe(check, options)));
  const failures = outcomes.filter((outcome) => !outcome.ok);
  const [first] = failures;
  if (first === undefined) return { ...observed, state: "running" };
  if (failures.some(({ why }) => why === "aborted")) return observed;
  const state =
    observed.state === "unknown" ? guess(outcomes, failures) : isYoung(observed, options) ? "starting" : "unhealthy";
  return { ...observed, state, detail: first.detail };
}

function commandsFirst(checks: readonly HealthCheck[]): readonly HealthCheck[] {
  const isCommand = ({ kind }: HealthCheck) => kind === "command";
  return [...checks.filter(isCommand), ...checks.filter((check) => !isCommand(check))];
}

function guess(outcomes: readonly ProbeOutcome[], failures: readonly ProbeFailure[]): Observation["state"] {
  const isThere = outcomes.some(({ ok }) => ok) || failures.some(({ why }) => why === "unwell");
  if (isThere) return "unhealthy";
  return failures.some(({ why }) => why === "down") ? "stopped" : "unknown";
}

/** Clocks differ a little, so a start in the near future is young too. Without `since` the driver's word counts. */
function isYoung({ state, since }: Observation, { host, startingMs = DEFAULT_STARTING_MS }: HealthOptions): boolean {
  if (since === undefined) return state === "starting";
  return Math.abs(ageMs(since, host)) < startingMs;
}

function ageMs(since: string, host: Host): number {
  return host.now().getTime() - Date.parse(since);
}
