import type { Keep } from "../manifest/upkeep.ts";
import type { BackupRecord } from "./record.ts";

export type Dated = Pick<BackupRecord, "id" | "created" | "reason">;

const DAY_MS = 24 * 60 * 60 * 1000;

/** The start of the period that a time is in, in UTC; weeks begin on Monday. */
const PERIODS: readonly (readonly [keyof Omit<Keep, "last">, (at: Date) => string])[] = [
  ["hourly", (at) => at.toISOString().slice(0, 13)],
  ["daily", (at) => at.toISOString().slice(0, 10)],
  ["weekly", (at) => new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * DAY_MS).toISOString().slice(0, 10)],
  ["monthly", (at) => at.toISOString().slice(0, 7)],
  ["yearly", (at) => at.toISOString().slice(0, 4)],
];

/** A clock may be wrong by that; what is later still was made by one that was set wrong. */
const AHEAD_MS = DAY_MS;

/**
 * Which of the backups (of one name, one machine, one target) are kept: the newest of each of the last so many hours, days and so on
 * that have any, and the `last` ones. Always kept, and not counted: the newest that is not in the future, what seems to be made in the
 * future, and the newest of those that were made before an upgrade and before a restore. Without `keep`: all.
 */
export function chooseKept<T extends Dated>(backups: readonly T[], keep: Keep | undefined, now: Date): ReadonlySet<T> {
  if (keep === undefined) return new Set(backups);
  const newestFirst = [...backups].sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0));
  const isAhead = ({ created }: T): boolean => !(Date.parse(created) <= now.getTime() + AHEAD_MS);
  const known = newestFirst.filter((each) => !isAhead(each));
  const counted = known.filter(({ reason }) => reason === "asked" || reason === "schedule");
  const kept = new Set<T>(newestFirst.filter(isAhead));
  for (const each of [known[0], counted[0], newestOf(known, "before-upgrade"), newestOf(known, "before-restore")])
    if (each !== undefined) kept.add(each);
  for (const each of counted.slice(0, keep.last ?? 0)) kept.add(each);
  for (const [word, periodOf] of PERIODS)
    for (const each of newestOfEach(counted, periodOf).slice(0, keep[word] ?? 0)) kept.add(each);
  return kept;
}

function key({ created, id }: Dated): string {
  return `${created} ${id}`;
}

function newestOf<T extends Dated>(newestFirst: readonly T[], reason: Dated["reason"]): T | undefined {
  return newestFirst.find((each) => each.reason === reason);
}

function newestOfEach<T extends Dated>(newestFirst: readonly T[], periodOf: (at: Date) => string): readonly T[] {
  const found = new Map<string, T>();
  for (const each of newestFirst) {
    const period = periodOf(new Date(each.created));
    if (!found.has(period)) found.set(period, each);
  }
  return [...found.values()];
}
