import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cronLine } from "../../../src/services/units/cron-line.ts";
import type { Schedule } from "../../../src/services/units/schedule.ts";

/** What the crons do with a backslash before a backslash. */
type Backslashes = "two stay two" | "two become one";

/**
 * The command that cron hands to the shell; what follows a bare percent sign would be its input. The crons of Debian and of FreeBSD
 * take the backslash away before a percent sign and before another backslash, others only before a percent sign.
 * (do_command.c: FreeBSD usr.sbin/cron, Debian cron 3.0pl1, cronie)
 */
function commandOf(line: string, backslashes: Backslashes): string {
  const taken = backslashes === "two become one" ? /[%\\]/ : /%/;
  let [command, escaped] = ["", false];
  for (const each of line.split(" ").slice(5).join(" ")) {
    if (each === "%" && !escaped) throw new Error(`a bare percent sign in ${line}`);
    command = escaped && taken.test(each) ? command.slice(0, -1) + each : command + each;
    escaped = each === "\\" && !escaped;
  }
  return command;
}

/** The words that a real shell makes of a line's command; no word may hold a line end. */
function wordsOf(line: string, backslashes: Backslashes): readonly string[] {
  const script = `show() { for word; do printf '%s\\n' "$word"; done; }; show ${commandOf(line, backslashes)}`;
  return execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\n").slice(0, -1);
}

const timesOf = (schedule: Schedule): string => cronLine(schedule, ["x"]).replace(/ x$/, "");

const CRONS: readonly Backslashes[] = ["two stay two", "two become one"];

describe("a line of a crontab", () => {
  it.each<[Schedule, string]>([
    ["hourly", "0 * * * *"],
    ["daily", "0 0 * * *"],
    ["weekly", "0 0 * * 1"],
    [{ at: "03:30" }, "30 3 * * *"],
    [{ everyMinutes: 1 }, "* * * * *"],
    [{ everyMinutes: 15 }, "*/15 * * * *"],
    [{ everyMinutes: 60 }, "0 * * * *"],
    [{ everyMinutes: 120 }, "0 */2 * * *"],
    [{ everyMinutes: 1440 }, "0 0 * * *"],
  ])("%j", (schedule, times) => {
    expect(timesOf(schedule)).toBe(times);
  });

  it("stays readable where nothing has to be hidden", () => {
    expect(cronLine("daily", ["/usr/bin/atk", "backup", "--keep=3"])).toBe("0 0 * * * /usr/bin/atk backup --keep=3");
  });

  it.each(CRONS)("hands over hard words as they are, where of backslashes %s", (backslashes) => {
    const words = [
      "/bin/echo",
      "",
      "100%",
      String.raw`\%`,
      String.raw`\\%`,
      String.raw`\\server\share`,
      "it's",
      "'%'",
      "$HOME `id`",
      "a;b & c",
      "#",
      "~",
    ];
    expect(wordsOf(cronLine("daily", words), backslashes)).toEqual(words);
  });

  it.each(CRONS)("hands over any words as they are, where of backslashes %s", (backslashes) => {
    const word = fc.string({ unit: fc.constantFrom("%", "\\", "'", '"', " ", "a", "$", "*") });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        expect(wordsOf(cronLine("daily", words), backslashes)).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });

  it("is refused for what it cannot say", () => {
    const refused = expect.objectContaining({ code: "E_USAGE" });
    expect(() => cronLine("daily", ["a\nb"])).toThrow(refused);
    expect(() => cronLine({ everyMinutes: 7 }, ["x"])).toThrow(refused);
    expect(() => cronLine({ at: "late" }, ["x"])).toThrow(refused);
  });
});
