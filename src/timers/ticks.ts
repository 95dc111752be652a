import { rhythmOf, type Rhythm, type Schedule } from "../services/units/schedule.ts";

/** When the system starts a timer, always at times of the clock, and how much of that is let pass. */
export interface Ticks {
  readonly schedule: Schedule;
  /** Absent: every tick counts. */
  readonly everyMinutes?: number;
}

const HOUR = 60;
const DAY = 1_440;

/**
 * A schedule as times of the clock alone. A period that divides neither an hour nor a day, such as 45m or 2d, has no such times: it is
 * started at every common part of both, and what was started too early ends at once. Spans that systemd and launchd count by themselves
 * begin anew whenever the machine is started, so a period of days would never come on a laptop. (systemd.timer(5), OnActiveSec)
 */
export function ticksOf(schedule: Schedule): Ticks {
  const rhythm = rhythmOf(schedule);
  if (rhythm.kind !== "any span") return { schedule };
  const { every } = rhythm;
  const isHours = every % HOUR === 0;
  const step = isHours ? HOUR * common(every / HOUR, DAY / HOUR) : common(every, HOUR);
  return { schedule: { everyMinutes: step }, everyMinutes: every };
}

/** How many minutes lie between two ticks; of months the shortest. */
export function spacingMinutes(rhythm: Rhythm): number {
  switch (rhythm.kind) {
    case "minutes of the hour":
    case "any span":
      return rhythm.every;
    case "hours of the day":
      return rhythm.every * HOUR;
    case "clock":
      if (rhythm.day !== undefined) return 28 * DAY;
      if (rhythm.weekday !== undefined) return 7 * DAY;
      return rhythm.hour === undefined ? HOUR : DAY;
  }
}

/**
 * Whether a tick counts: the last one that did is long enough ago, or lies in the future because the clock was set back. Ticks come a
 * little early or late, so half of one less is enough.
 */
export function isDue(ticks: Ticks, last: Date | undefined, now: Date): boolean {
  if (ticks.everyMinutes === undefined || last === undefined) return true;
  const passed = (now.getTime() - last.getTime()) / 60_000;
  const slack = spacingMinutes(rhythmOf(ticks.schedule)) / 2;
  return passed < -slack || passed >= ticks.everyMinutes - slack;
}

function common(a: number, b: number): number {
  return b === 0 ? a : common(b, a % b);
}
