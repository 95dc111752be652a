import { AtkError } from "../core/errors.ts";
import type { Schedule } from "../services/units/schedule.ts";

const MINUTES = { m: 1, h: 60, d: 1_440, w: 10_080 } as const;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MOST_MINUTES = 366 * MINUTES.d;

/**
 * A schedule as the manifest writes it: `hourly`, `daily 03:30`, `weekly mon 03:30`, `monthly`, or a period such as `6h`.
 * @throws AtkError E_MANIFEST for any other text, and for a period of more than a year
 */
export function parseSchedule(text: string): Schedule {
  if (text === "hourly" || text === "daily" || text === "weekly" || text === "monthly") return text;
  const [word = "", second, third] = text.split(" ");
  if (word === "daily" && second !== undefined && third === undefined) return { at: timeIn(second, text) };
  if (word === "weekly" && second !== undefined) {
    const weekday = WEEKDAYS.indexOf(second);
    if (weekday !== -1) return { at: timeIn(third ?? "00:00", text), weekday };
  }
  return { everyMinutes: periodIn(text) };
}

function timeIn(time: string, text: string): string {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return time;
  throw notASchedule(text);
}

function periodIn(text: string): number {
  const [, count, unit] = /^([1-9]\d*)([mhdw])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) throw notASchedule(text);
  const minutes = Number(count) * MINUTES[unit as keyof typeof MINUTES];
  if (minutes <= MOST_MINUTES) return minutes;
  throw new AtkError("E_MANIFEST", `a timer cannot wait ${text}: that is more than a year`, { hint: "at most 366d" });
}

function notASchedule(text: string): AtkError {
  return new AtkError("E_MANIFEST", `${JSON.stringify(text)} is no schedule`, {
    hint: 'write it as "hourly", "daily 03:30", "weekly mon 03:30", "monthly" or "6h"',
  });
}
