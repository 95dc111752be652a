import type { ScheduleText } from "../manifest/upkeep.ts";

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = {
  m: MINUTE,
  h: 60 * MINUTE,
  d: 24 * 60 * MINUTE,
  w: 7 * 24 * 60 * MINUTE,
};
const WORDS: Readonly<Record<string, number>> = {
  hourly: 60 * MINUTE,
  daily: 24 * 60 * MINUTE,
  weekly: 7 * 24 * 60 * MINUTE,
  monthly: 31 * 24 * 60 * MINUTE,
};

/** Milliseconds from one time of a schedule to the next, the longest where they differ. */
export function periodOf(schedule: ScheduleText): number {
  const [word = ""] = schedule.split(" ");
  const [, count, unit] = /^(\d+)([mhdw])$/.exec(word) ?? [];
  return WORDS[word] ?? Number(count ?? 1) * (UNITS[unit ?? "d"] ?? 0);
}
