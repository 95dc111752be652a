import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AtkError } from "../../core/errors.ts";
import { locatorKey, type TimerKnowledge } from "../../core/resource.ts";
import { lockHome } from "../../log/home-lock.ts";
import { parseSchedule } from "../../timers/parse-schedule.ts";
import { outputFileOf, readRun, timersFolder, writeRun } from "../../timers/run-record.ts";
import { isDue, ticksOf } from "../../timers/ticks.ts";
import { writeWhole } from "../../timers/write-whole.ts";
import type { Context } from "../context.ts";
import { readState } from "../state-store.ts";

export interface TimerRunOptions {
  /** The system started it: it may be too early, and then nothing is done. */
  readonly scheduled: boolean;
  readonly signal?: AbortSignal;
  /** Gets what it prints as it comes. */
  readonly onOutput: (chunk: string, stream: "stdout" | "stderr") => void;
}

export type TimerRunOutcome =
  | { readonly outcome: "ran"; readonly exitCode: number }
  /** not due: its period has not passed. busy: another atk works here, or this timer's last run goes on. */
  | { readonly outcome: "skipped"; readonly why: "not due" | "busy" };

const MINUTE_MS = 60_000;
const HOME_WAIT_MS = 10 * MINUTE_MS;
/** A sync has limits of its own; a backup may read a whole disk. */
const LIMITS_MS = { sync: 60 * MINUTE_MS, backup: 12 * 60 * MINUTE_MS };
const KEPT_BYTES = 64 * 1024;

/**
 * Does what a timer is for, once: in a process of its own, which nobody can be asked in, with the PATH of then and a time limit. The end
 * of what it printed is kept beside the state.
 * @throws AtkError E_USAGE when no such timer is set up here
 */
export async function runTimer(id: string, options: TimerRunOptions, context: Context): Promise<TimerRunOutcome> {
  const timer = await knownTimer(id, context);
  const { host, workspace } = context;
  const last = await readRun(id, workspace.stateDirectory, host.files);
  const since = last === undefined ? undefined : new Date(last.started);
  const isEarly = options.scheduled && !isDue(ticksOf(parseSchedule(timer.schedule)), since, host.now());
  if (isEarly) return { outcome: "skipped", why: "not due" };
  const release = await free(join(timersFolder(workspace.stateDirectory), id), `timer ${id}`, 0);
  if (release === undefined) return { outcome: "skipped", why: "busy" };
  try {
    if (!(await isHomeFree(context, `timer ${id}`, options.signal))) return { outcome: "skipped", why: "busy" };
    return { outcome: "ran", exitCode: await run(id, timer, options, context) };
  } finally {
    await release();
  }
}

async function knownTimer(id: string, { host, workspace }: Context): Promise<TimerKnowledge> {
  const { resources } = await readState(host.files, workspace);
  const timer = resources[locatorKey({ kind: "timer", id })]?.timer;
  if (timer !== undefined) return timer;
  throw new AtkError("E_USAGE", `no timer ${JSON.stringify(id)} is set up here`, { hint: "atk timers" });
}

async function free(directory: string, label: string, waitMs: number): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lockHome({ directory, label, waitMs });
  } catch (error) {
    if (error instanceof AtkError && error.code === "E_BUSY") return undefined;
    throw error;
  }
}

/** Whoever works here now may be long about it: a start, an upgrade, another timer. */
async function isHomeFree({ workspace }: Context, label: string, signal: AbortSignal | undefined): Promise<boolean> {
  const until = Date.now() + HOME_WAIT_MS;
  for (;;) {
    const release = await free(workspace.stateDirectory, label, 0);
    await release?.();
    if (release !== undefined) return true;
    if (Date.now() >= until || signal?.aborted === true) return false;
    await sleep(1_000);
  }
}

async function run(id: string, timer: TimerKnowledge, options: TimerRunOptions, context: Context): Promise<number> {
  const { host, workspace } = context;
  const [command = "", ...args] = timer.program;
  const started = host.now().toISOString();
  await writeRun(id, { started }, workspace.stateDirectory, host.files);
  const result = await host.programs.run({
    command,
    args: [...args, ...timer.words, "--global"],
    cwd: workspace.directory,
    // A timer of launchd must not be taken away by the run that it started.
    env: { PATH: timer.path, ATK_HOME: workspace.directory, ATK_TIMER: timer.name, NO_COLOR: "1" },
    input: "",
    timeoutMs: timer.words[0] === "sync" ? LIMITS_MS.sync : LIMITS_MS.backup,
    keepBytes: KEPT_BYTES,
    onOutput: options.onOutput,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const ended = host.now().toISOString();
  const late = result.timedOut ? "atk timers: it took too long and was ended\n" : "";
  await writeWhole(outputFileOf(id, workspace.stateDirectory), result.stdout + result.stderr + late, host.files);
  await writeRun(id, { started, ended, exitCode: result.exitCode }, workspace.stateDirectory, host.files);
  return result.exitCode;
}
