import { AtkError } from "../../core/errors.ts";
import type { TimerKnowledge } from "../../core/resource.ts";
import { rhythmOf } from "../../services/units/schedule.ts";
import { managerNamed } from "../../timers/choose-manager.ts";
import { nextTick } from "../../timers/next-tick.ts";
import { parseSchedule } from "../../timers/parse-schedule.ts";
import { outputFileOf, readRun, type TimerRun } from "../../timers/run-record.ts";
import { ticksOf } from "../../timers/ticks.ts";
import type { TimerTimes } from "../../timers/timer-manager.ts";
import type { Context } from "../context.ts";
import { planOnly } from "../plan-only.ts";
import { readState } from "../state-store.ts";

/** not set up: declared and not applied. changed: not as it was left, or not as declared. off: the system does not heed it. */
export type TimerState = "active" | "off" | "changed" | "not set up" | "refused" | "going";

export interface ListedTimer {
  readonly id: string;
  readonly state: TimerState;
  readonly schedule?: string;
  readonly manager?: TimerKnowledge["manager"];
  /** What the system calls it. */
  readonly unit?: string;
  /** What is run. */
  readonly command?: string;
  /** ISO 8601. */
  readonly next?: string;
  readonly last?: TimerRun;
  /** The end of what the last run printed. */
  readonly output?: string;
  /** Why it is refused. */
  readonly problem?: string;
}

/** The timers of a home, declared or set up, by id. Changes nothing. */
export async function listTimers(context: Context): Promise<readonly ListedTimer[]> {
  const { changes } = await planOnly({ selection: { names: [], only: "timer" }, frozen: false }, context);
  const { resources } = await readState(context.host.files, context.workspace);
  const known = new Map(Object.values(resources).map(({ address, timer }) => [address, timer]));
  const mine = changes.filter(({ noun }) => noun === "timer");
  const rows = mine.map((change) => {
    const id = change.address.slice("timer.".length);
    return rowOf({ id, verdict: change.verdict, problem: change.problem?.message }, known.get(change.address), context);
  });
  return (await Promise.all(rows)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Seen {
  readonly id: string;
  readonly verdict: string;
  readonly problem: string | undefined;
}

async function rowOf(seen: Seen, timer: TimerKnowledge | undefined, context: Context): Promise<ListedTimer> {
  const { id, problem } = seen;
  const { host, workspace } = context;
  const last = await readRun(id, workspace.stateDirectory, host.files);
  if (timer === undefined)
    return { id, state: stateOf(seen, undefined), ...(problem === undefined ? {} : { problem }) };
  const times = await timesOf(timer, context);
  const next = times.isActive ? (times.next ?? expected(timer, host.now())) : undefined;
  return {
    id,
    state: stateOf(seen, times),
    schedule: timer.schedule,
    manager: timer.manager,
    unit: timer.name,
    command: ["atk", ...timer.words].join(" "),
    ...(next === undefined ? {} : { next }),
    ...(last === undefined ? {} : { last, output: outputFileOf(id, workspace.stateDirectory) }),
    ...(seen.verdict === "blocked" && problem !== undefined ? { problem } : {}),
  };
}

function stateOf({ verdict }: Seen, times: TimerTimes | undefined): TimerState {
  if (verdict === "blocked") return "refused";
  if (verdict === "create" || times === undefined) return "not set up";
  if (verdict === "delete" || verdict === "forget") return "going";
  if (verdict !== "noop") return "changed";
  return times.isActive ? "active" : "off";
}

async function timesOf(timer: TimerKnowledge, { host }: Context): Promise<TimerTimes> {
  try {
    return await managerNamed(timer.manager).times(timer.name, host);
  } catch (error) {
    if (error instanceof AtkError) return { isActive: false };
    throw error;
  }
}

/** Neither cron nor launchd tells; a period that is counted has no time of the clock. */
function expected({ schedule }: TimerKnowledge, now: Date): string | undefined {
  const ticks = ticksOf(parseSchedule(schedule));
  if (ticks.everyMinutes !== undefined) return undefined;
  return nextTick(rhythmOf(ticks.schedule), now)?.toISOString();
}
