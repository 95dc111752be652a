import type { Rhythm } from "../services/units/schedule.ts";

/** The first moment after `from` at which the clock of this machine says so; undefined for what no clock tells. */
export function nextTick(rhythm: Rhythm, from: Date): Date | undefined {
  if (rhythm.kind === "any span") return undefined;
  const at = new Date(from);
  at.setSeconds(0, 0);
  at.setMinutes(at.getMinutes() + 1);
  // Whole hours are left out where the hour is not wanted: at most a year of them, and a day of minutes.
  for (let step = 0; step < 10_000; step += 1) {
    if (!isDay(rhythm, at)) at.setHours(24, 0, 0, 0);
    else if (!isHour(rhythm, at)) at.setHours(at.getHours() + 1, 0, 0, 0);
    else if (!isMinute(rhythm, at)) at.setMinutes(at.getMinutes() + 1);
    else return at;
  }
  return undefined;
}

function isDay(rhythm: Rhythm, at: Date): boolean {
  if (rhythm.kind !== "clock") return true;
  const { day, weekday } = rhythm;
  return (day ?? at.getDate()) === at.getDate() && (weekday ?? at.getDay()) === at.getDay();
}

function isHour(rhythm: Rhythm, at: Date): boolean {
  if (rhythm.kind === "clock") return (rhythm.hour ?? at.getHours()) === at.getHours();
  return rhythm.kind !== "hours of the day" || at.getHours() % rhythm.every === 0;
}

function isMinute(rhythm: Rhythm, at: Date): boolean {
  if (rhythm.kind === "clock") return rhythm.minute === at.getMinutes();
  return at.getMinutes() % (rhythm.kind === "minutes of the hour" ? rhythm.every : 60) === 0;
}
