import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseKept, type Dated } from "../../src/backup/choose-kept.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const DAY = 24 * 60 * 60 * 1000;

function at(created: string | Date, reason: Dated["reason"] = "schedule"): Dated {
  const time = new Date(created).toISOString();
  return { id: `${time}-${reason}`, created: time, reason };
}

const some = fc
  .array(
    fc.record({
      created: fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true }),
      reason: fc.constantFrom<Dated["reason"]>("asked", "schedule", "before-upgrade", "before-restore"),
    }),
    { maxLength: 60 },
  )
  .map((all) => all.map(({ created, reason }, index) => ({ id: `${index}`, created: created.toISOString(), reason })));

const count = fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined });
const keeps = fc
  .record({ last: count, hourly: count, daily: count, weekly: count, monthly: count, yearly: count })
  .map((keep) => Object.fromEntries(Object.entries(keep).filter(([, value]) => value !== undefined)));

describe("whatever there is and whatever is to be kept", () => {
  it("the newest that is not in the future stays, and so does all that is", () => {
    fc.assert(
      fc.property(some, keeps, (all, keep) => {
        const kept = chooseKept(all, keep, NOW);
        const [newest] = all
          .filter(({ created }) => Date.parse(created) <= NOW.getTime() + DAY)
          .sort((a, b) => (`${a.created} ${a.id}` < `${b.created} ${b.id}` ? 1 : -1));
        if (newest !== undefined) expect(kept.has(newest)).toBe(true);
        for (const each of all) if (Date.parse(each.created) > NOW.getTime() + DAY) expect(kept.has(each)).toBe(true);
        if (all.length > 0) expect(kept.size).toBeGreaterThan(0);
      }),
    );
  });

  it("removing twice removes no more than once, in any order", () => {
    fc.assert(
      fc.property(some, keeps, (all, keep) => {
        const once = [...chooseKept(all, keep, NOW)];
        expect(chooseKept([...once].reverse(), keep, NOW)).toEqual(new Set(once));
      }),
    );
  });

  it("a clock that ran ahead takes nothing away", () => {
    fc.assert(
      fc.property(some, some, keeps, (all, others, keep) => {
        const ahead = others.map((each, index) => ({
          ...each,
          id: `ahead-${index}`,
          created: "2031-05-05T00:00:00.000Z",
        }));
        const kept = chooseKept([...all, ...ahead], keep, NOW);
        for (const each of chooseKept(all, keep, NOW)) expect(kept.has(each)).toBe(true);
      }),
    );
  });

  it("more is kept when more is to be kept", () => {
    fc.assert(
      fc.property(some, keeps, (all, keep) => {
        const more = Object.fromEntries(Object.entries(keep).map(([word, value]) => [word, (value ?? 0) + 1]));
        const kept = chooseKept(all, more, NOW);
        for (const each of chooseKept(all, keep, NOW)) expect(kept.has(each)).toBe(true);
      }),
    );
  });
});

describe("grandfather, father and son", () => {
  const days = Array.from({ length: 60 }, (_, index) => at(new Date(NOW.getTime() - index * DAY)));

  it("daily: 7, weekly: 4 are the newest of seven days and of four weeks", () => {
    const kept = [...chooseKept(days, { daily: 7, weekly: 4 }, NOW)].map(({ created }) => created.slice(0, 10)).sort();
    expect(kept).toEqual([
      "2026-11-01",
      "2026-11-08",
      "2026-11-15",
      "2026-11-16",
      "2026-11-17",
      "2026-11-18",
      "2026-11-19",
      "2026-11-20",
      "2026-11-21",
    ]);
  });

  it("a pause of a year costs nothing: days without a backup do not count", () => {
    const old = Array.from({ length: 10 }, (_, index) => at(new Date(Date.parse("2024-05-05") - index * DAY)));
    expect(chooseKept(old, { daily: 7 }, NOW).size).toBe(7);
  });

  it("many on one day are one of its daily ones", () => {
    const hours = Array.from({ length: 24 }, (_, hour) => at(`2026-11-20T${String(hour).padStart(2, "0")}:00:00Z`));
    expect([...chooseKept(hours, { daily: 3 }, NOW)].map(({ created }) => created)).toEqual([
      "2026-11-20T23:00:00.000Z",
    ]);
  });

  it("without keep all stay; with an empty one the newest does", () => {
    expect(chooseKept(days, undefined, NOW).size).toBe(60);
    expect([...chooseKept(days, {}, NOW)]).toEqual([days[0]]);
  });

  it("what was put aside before an upgrade or a restore takes nobody's place", () => {
    const aside = [at("2026-11-21T11:00:00Z", "before-upgrade"), at("2026-11-21T11:30:00Z", "before-restore")];
    const kept = chooseKept([...days, ...aside], { last: 2 }, NOW);
    expect([...kept]).toEqual(expect.arrayContaining([...aside, ...days.slice(0, 2)]));
    expect(kept.size).toBe(4);
  });
});
