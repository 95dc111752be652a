import { AtkError } from "../../core/errors.ts";

/** When something is run again. "daily" is at midnight, "weekly" on Monday and "monthly" on the first at midnight, in the machine's time. */
export type Schedule =
  | "hourly"
  | "daily"
  | "weekly"
  | "monthly"
  /** A whole number from 1 on. */
  | { readonly everyMinutes: number }
  /** "HH:MM" of 24 hours: every day, or on one day of the week (0 is Sunday). */
  | { readonly at: string; readonly weekday?: number };

const MINUTES_OF_HOUR = 60;
const MINUTES_OF_DAY = 1_440;

/** A schedule as what each of the three programs needs: a moment of the clock, or a span. */
export type Rhythm =
  | {
      readonly kind: "clock";
      readonly minute: number;
      readonly hour?: number;
      /** 0 is Sunday. */
      readonly weekday?: number;
      /** Of the month, from 1 on. */
      readonly day?: number;
    }
  | { readonly kind: "minutes of the hour" | "hours of the day" | "any span"; readonly every: number };

/**
 * What a schedule means. Spans that divide an hour or a day fall on round times; any other goes from one run to the next.
 * @throws AtkError E_USAGE for a time or a span that cannot be
 */
export function rhythmOf(schedule: Schedule): Rhythm {
  if (schedule === "hourly") return { kind: "clock", minute: 0 };
  if (schedule === "daily") return { kind: "clock", minute: 0, hour: 0 };
  if (schedule === "weekly") return { kind: "clock", minute: 0, hour: 0, weekday: 1 };
  if (schedule === "monthly") return { kind: "clock", minute: 0, hour: 0, day: 1 };
  return "at" in schedule ? timeOfDay(schedule) : span(schedule.everyMinutes);
}

function timeOfDay({ at: text, weekday }: Extract<Schedule, { readonly at: string }>): Rhythm {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined)
    throw new AtkError("E_USAGE", `${JSON.stringify(text)} is no time of a day`, { hint: "write it as 03:30" });
  const time = { kind: "clock", minute: Number(minute), hour: Number(hour) } as const;
  return weekday === undefined ? time : { ...time, weekday };
}

function span(every: number): Rhythm {
  if (!Number.isSafeInteger(every) || every < 1)
    throw new AtkError("E_USAGE", `it cannot be run every ${every} minutes`, { hint: "a whole number from 1 on" });
  if (every === MINUTES_OF_DAY) return { kind: "clock", minute: 0, hour: 0 };
  if (every < MINUTES_OF_HOUR && MINUTES_OF_HOUR % every === 0) return { kind: "minutes of the hour", every };
  if (every % MINUTES_OF_HOUR === 0 && MINUTES_OF_DAY % every === 0)
    return { kind: "hours of the day", every: every / MINUTES_OF_HOUR };
  return { kind: "any span", every };
}
