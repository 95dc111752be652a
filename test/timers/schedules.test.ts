import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rhythmOf } from "../../src/services/units/schedule.ts";
import { nextTick } from "../../src/timers/next-tick.ts";
import { parseSchedule } from "../../src/timers/parse-schedule.ts";
import { isDue, spacingMinutes, ticksOf } from "../../src/timers/ticks.ts";

const two = (number: number): string => String(number).padStart(2, "0");
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${two(h)}:${two(m)}`);
const weekday = fc.constantFrom("mon", "tue", "wed", "thu", "fri", "sat", "sun");
const period = fc.oneof(
  fc.integer({ min: 1, max: 3_000 }).map((count) => `${count}m`),
  fc.integer({ min: 1, max: 400 }).map((count) => `${count}h`),
  fc.integer({ min: 1, max: 60 }).map((count) => `${count}d`),
  fc.integer({ min: 1, max: 8 }).map((count) => `${count}w`),
);
const schedule = fc.oneof(
  fc.constantFrom("hourly", "daily", "weekly", "monthly"),
  time.map((at) => `daily ${at}`),
  weekday.map((day) => `weekly ${day}`),
  fc.tuple(weekday, time).map(([day, at]) => `weekly ${day} ${at}`),
  period,
);

describe("a schedule", () => {
  it("has one meaning for each of its spellings", () => {
    expect(parseSchedule("daily 03:30")).toEqual({ at: "03:30" });
    expect(parseSchedule("weekly sun")).toEqual({ at: "00:00", weekday: 0 });
    expect(parseSchedule("weekly mon 03:30")).toEqual({ at: "03:30", weekday: 1 });
    expect(parseSchedule("6h")).toEqual({ everyMinutes: 360 });
    expect(parseSchedule("2w")).toEqual({ everyMinutes: 20_160 });
  });

  it.each(["sometimes", "daily 24:00", "weekly 03:30", "0h", "6 h", "hourly 03:30", ""])("is not %j", (text) => {
    expect(() => parseSchedule(text)).toThrow(expect.objectContaining({ code: "E_MANIFEST" }));
  });

  it("is refused when it waits for more than a year", () => {
    expect(() => parseSchedule("99999w")).toThrow(/more than a year/);
  });

  it("always becomes times of the clock", () => {
    fc.assert(
      fc.property(schedule, (text) => {
        expect(rhythmOf(ticksOf(parseSchedule(text)).schedule).kind).not.toBe("any span");
      }),
    );
  });

  it("comes at the next of its times, and at none before", () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: 1e9 }), (text, seconds) => {
        const rhythm = rhythmOf(ticksOf(parseSchedule(text)).schedule);
        const from = new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);
        const next = nextTick(rhythm, from);
        expect(next && next > from).toBe(true);
        // Of months and the hour that a change to summer time adds or takes.
        const longest =
          (rhythm.kind === "clock" && rhythm.day !== undefined ? 31 * 1_440 : spacingMinutes(rhythm)) + 60;
        expect((Number(next) - from.getTime()) / 60_000).toBeLessThanOrEqual(longest);
      }),
    );
  });
});

describe("a period that divides neither an hour nor a day", () => {
  it.each([
    ["45m", 15],
    ["90m", 30],
    ["7h", 60],
    ["36h", 720],
    ["2d", 1_440],
    ["7m", 1],
  ])("%s is looked at every %d minutes", (text, minutes) => {
    expect(spacingMinutes(rhythmOf(ticksOf(parseSchedule(text)).schedule))).toBe(minutes);
  });

  it("is kept exactly, however early or late its ticks come", () => {
    const jitter = fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(period, jitter, (text, late) => {
        const ticks = ticksOf(parseSchedule(text));
        if (ticks.everyMinutes === undefined) return;
        const step = spacingMinutes(rhythmOf(ticks.schedule));
        let last = new Date(0);
        let lastTick = 0;
        for (let tick = 1; tick <= (3 * ticks.everyMinutes) / step && tick < 5_000; tick += 1) {
          const now = new Date((tick + (late[tick % late.length] ?? 0)) * step * 60_000);
          if (!isDue(ticks, last, now)) continue;
          expect((tick - lastTick) * step).toBe(ticks.everyMinutes);
          [last, lastTick] = [now, tick];
        }
      }),
    );
  });

  it("is due again when the clock was set back", () => {
    const ticks = ticksOf(parseSchedule("45m"));
    expect(isDue(ticks, new Date("2027-01-01T00:00:00Z"), new Date("2026-01-01T00:00:00Z"))).toBe(true);
  });
});
