import { describe, expect, it } from "vitest";
import { readTime } from "../../../src/app/revisions/read-time.ts";

const NOW = new Date(2026, 10, 21, 15, 30, 0);

const local = (...parts: [number, number, number, number, number, number?, number?]): Date => new Date(...parts);

describe("a time in words", () => {
  it.each([
    ["now", NOW],
    ["yesterday", local(2026, 10, 20, 23, 59, 59, 999)],
    ["2026-11-20", local(2026, 10, 20, 23, 59, 59, 999)],
    ["2 days ago", local(2026, 10, 19, 15, 30, 0)],
    ["an hour ago", local(2026, 10, 21, 14, 30, 0)],
    ["1.week.ago", local(2026, 10, 14, 15, 30, 0)],
    ["9 months ago", local(2026, 1, 21, 15, 30, 0)],
    ["a year ago", local(2025, 10, 21, 15, 30, 0)],
    ["2026-11-20T14:00", local(2026, 10, 20, 14, 0, 0)],
    ["2026-11-20 14:00:30", local(2026, 10, 20, 14, 0, 30)],
    ["2026-11-20T14:00Z", new Date("2026-11-20T14:00:00Z")],
    ["2026-11-20T14:00:00+02:00", new Date("2026-11-20T12:00:00Z")],
  ])("%s", (text, time) => expect(readTime(text, NOW)).toEqual(time));

  it("a month before the 31st is the last day of a shorter month", () => {
    const march = new Date(2026, 2, 31, 12, 0, 0);
    expect(readTime("1 month ago", march)).toEqual(new Date(2026, 1, 28, 12, 0, 0));
  });

  it.each([
    "",
    "friday",
    "2026-13-01",
    "2026-02-30",
    "2026-11-20T99:00",
    "ago",
    "-1 days ago",
    "5 moons ago",
    "HEAD~1",
  ])("%j is none", (text) => expect(readTime(text, NOW)).toBeUndefined());
});
