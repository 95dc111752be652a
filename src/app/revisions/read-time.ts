const UNITS_MS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};

/**
 * The moment that a text means; undefined when it means none. A day (`2026-11-20`, `yesterday`) means its end, `2 days ago` this time of
 * day then; with a time of day it is just that moment, in the machine's own zone unless it names one. Months and years go by the calendar.
 */
export function readTime(text: string, now: Date): Date | undefined {
  const words = text.trim().toLowerCase();
  if (words === "now") return now;
  if (words === "yesterday") return endOfDay(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  return readAgo(words, now) ?? readDay(words) ?? readMoment(text.trim());
}

function readAgo(words: string, now: Date): Date | undefined {
  const [, count = "", unit = ""] =
    /^(an?|\d{1,6})[ .](second|minute|hour|day|week|month|year)s?[ .]ago$/.exec(words) ?? [];
  if (unit === "") return undefined;
  const many = count.startsWith("a") ? 1 : Number(count);
  const length = UNITS_MS[unit];
  if (length !== undefined) return valid(new Date(now.getTime() - many * length));
  return monthsBefore(now, unit === "year" ? many * 12 : many);
}

/** 31 March less a month is the last of February. */
function monthsBefore(now: Date, months: number): Date | undefined {
  const last = new Date(now.getFullYear(), now.getMonth() - months + 1, 0).getDate();
  const day = Math.min(now.getDate(), last);
  const found = new Date(now);
  found.setFullYear(now.getFullYear(), now.getMonth() - months, day);
  return valid(found);
}

function readDay(words: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(words) ?? [];
  if (year === undefined) return undefined;
  const end = endOfDay(Number(year), Number(month) - 1, Number(day));
  return end.getDate() === Number(day) && end.getMonth() === Number(month) - 1 ? end : undefined;
}

function readMoment(text: string): Date | undefined {
  const isMoment = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/i.test(text);
  return isMoment ? valid(new Date(text.replace(" ", "T"))) : undefined;
}

function endOfDay(year: number, month: number, day: number): Date {
  return new Date(year, month, day, 23, 59, 59, 999);
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}
