import { setTimeout as sleep } from "node:timers/promises";
import { thisProcess, type ProcessIdentity } from "../../host/process-identity.ts";
import type { Ending, Handover } from "./handover.ts";
import { openOutputLog, type OutputLog } from "./output-log.ts";
import { endGroup } from "./process-group.ts";
import { writeRecord, type Phase, type ServiceRecord } from "./record.ts";
import { runCommand, type Running } from "./run-command.ts";
import { endStrays, marksOf } from "./strays.ts";

/** A supervisor's view of its service. */
export interface Watch {
  readonly handover: Handover;
  readonly log: OutputLog;
  /** Aborted when the service shall end. */
  readonly stop: AbortSignal;
  /** Position in the output where the first run began. */
  readonly from: number;
  readonly first: Running;
  /** Changes what is recorded, and writes it. */
  note(change: Partial<ServiceRecord>): void;
}

/**
 * Opens the log, starts the command and writes both down; nothing waits in between, so that nothing can come between.
 * Throws the system's error when the run directory cannot be written; then nothing was started.
 */
export function beginWatch(handover: Handover, stop: AbortSignal): Watch {
  const { runDirectory, rules } = handover;
  const log = openOutputLog(runDirectory, rules);
  let record: ServiceRecord = { format: 1, ...inPhase("starting"), supervisor: thisProcess(), restarts: 0 };
  writeRecord(runDirectory, record);
  const note = (change: Partial<ServiceRecord>): void => {
    record = { ...record, ...change };
    try {
      writeRecord(runDirectory, record);
    } catch {
      // A full disk ends no service; the next beat tries again.
    }
  };
  const from = log.end();
  const first = runCommand(handover, log.fd);
  note(servedBy(first));
  return { handover, log, stop, from, first, note };
}

export function inPhase(phase: Phase): Pick<ServiceRecord, "phase" | "since"> {
  return { phase, since: new Date().toISOString() };
}

export function servedBy({ identity }: Running): Partial<ServiceRecord> {
  return identity === undefined ? {} : { service: identity };
}

/** How the command ended, or "stop" when it shall. */
export async function endOf({ ended }: Running, { stop }: Watch): Promise<Ending | "stop"> {
  let forget = (): void => undefined;
  const stopped = new Promise<"stop">((resolve) => {
    const listener = (): void => resolve("stop");
    if (stop.aborted) return listener();
    stop.addEventListener("abort", listener);
    forget = () => stop.removeEventListener("abort", listener);
  });
  return Promise.race([stopped, ended]).finally(() => forget());
}

/** The same, or "time" when it still runs after `waitMs`. */
export async function endWithin(running: Running, watch: Watch, waitMs: number): Promise<Ending | "stop" | "time"> {
  const over = new AbortController();
  const time = sleep(waitMs, "time" as const, { signal: over.signal }).catch(() => "time" as const);
  return Promise.race([endOf(running, watch), time]).finally(() => over.abort());
}

/** Ends the command, if it still runs, and what it left in its group. */
export async function endRun(leader: ProcessIdentity | undefined, { handover }: Watch): Promise<void> {
  if (leader === undefined) return;
  const { runDirectory, stopGraceMs, env } = handover;
  await endGroup(leader.pid, stopGraceMs);
  await endStrays(marksOf(runDirectory, leader, env), stopGraceMs);
}
