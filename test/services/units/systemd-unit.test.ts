import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Schedule } from "../../../src/services/units/schedule.ts";
import { systemdTimer, systemdUnit, type UnitWish } from "../../../src/services/units/systemd-unit.ts";
import { readExecLine, readUnit, specifiers } from "./read-unit.ts";

const WISH: UnitWish = {
  name: "piper",
  description: "Speaks",
  command: ["/usr/bin/node", "server.js"],
  workingDirectory: "/srv/piper",
  restart: "on-failure",
  stopGraceMs: 5_000,
};
const unit = (wish: Partial<UnitWish>) => readUnit(systemdUnit({ ...WISH, ...wish }));

const HARD = [
  "",
  ";",
  "-",
  "two words",
  `it's "quoted"`,
  String.raw`back\slash\\`,
  "$HOME ${HOME} $$",
  "100% %h %%",
  "line\nend\ttab\r",
  "\u0001\u007f",
  "grüße 🎉",
  "# no comment",
  "trailing\\",
  "=",
  "[Service]",
  "\nExecStart=/bin/evil",
];

describe("a generated unit", () => {
  it("keeps a program running, without any environment", () => {
    const text = systemdUnit(WISH);
    expect(readUnit(text)).toMatchObject({
      Unit: { Description: "Speaks" },
      Service: {
        ExecStart: "/usr/bin/node server.js",
        WorkingDirectory: "/srv/piper",
        Restart: "on-failure",
        TimeoutStopSec: "5000ms",
      },
      Install: { WantedBy: "default.target" },
    });
    expect(text).not.toContain("Environment");
    expect(unit({ restart: "never" })["Service"]).toMatchObject({ Restart: "no" });
    expect(unit({ restart: "always" })["Service"]).toMatchObject({ Restart: "always" });
  });

  it("hands over every word as it is", () => {
    const command = ["/usr/bin/printf", ...HARD];
    expect(readExecLine(unit({ command })["Service"]?.["ExecStart"] ?? "")).toEqual(command);
  });

  it("hands over any words as they are", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(...HARD),
    );
    fc.assert(
      fc.property(fc.array(word.filter((each) => !each.includes("\0"))), (args) => {
        const command = ["/opt/a $b/100%", ...args];
        const text = systemdUnit({ ...WISH, command });
        expect(readExecLine(readUnit(text)["Service"]?.["ExecStart"] ?? "")).toEqual(command);
        expect(text.split("\n")).toHaveLength(systemdUnit(WISH).split("\n").length);
      }),
    );
  });

  it("has a description of one line, and no line of it becomes a setting", () => {
    const description = "50% of\nExecStart=/bin/evil\\";
    const { Unit, Service } = unit({ description });
    expect(specifiers(Unit?.["Description"] ?? "")).toBe("50% of ExecStart=/bin/evil");
    expect(Service).toMatchObject({ ExecStart: "/usr/bin/node server.js" });
    expect(Unit).toMatchObject({ StartLimitBurst: "5" });
  });

  it.each(["node", "", "-/bin/true", "/bin/it's", String.raw`/bin/a\b`, "/bin/a\nb"])(
    "is refused for a program that systemd cannot start: %j",
    (program) => {
      expect(() => systemdUnit({ ...WISH, command: [program] })).toThrow(expect.objectContaining({ code: "E_USAGE" }));
    },
  );

  it.each([
    { command: ["/bin/echo", "a\0b"] },
    { workingDirectory: "relative" },
    { workingDirectory: "/a\nExecStart=/bin/evil" },
    { workingDirectory: "/ends\\" },
    { workingDirectory: "/ends " },
    { name: "a b" },
    { name: "a%n" },
  ])("is refused for what a unit cannot hold: %j", (wish) => {
    expect(() => systemdUnit({ ...WISH, ...wish })).toThrow(expect.objectContaining({ code: "E_USAGE" }));
  });
});

const SCHEDULES: readonly (readonly [Schedule, Readonly<Record<string, string>>])[] = [
  ["hourly", { OnCalendar: "*-*-* *:00:00" }],
  ["daily", { OnCalendar: "*-*-* 00:00:00" }],
  ["weekly", { OnCalendar: "Mon *-*-* 00:00:00" }],
  [{ at: "03:30" }, { OnCalendar: "*-*-* 03:30:00" }],
  [{ everyMinutes: 15 }, { OnCalendar: "*-*-* *:00/15:00" }],
  [{ everyMinutes: 120 }, { OnCalendar: "*-*-* 00/2:00:00" }],
  [{ everyMinutes: 1440 }, { OnCalendar: "*-*-* 00:00:00" }],
  [{ everyMinutes: 7 }, { OnActiveSec: "7min", OnUnitActiveSec: "7min" }],
];
const timerOf = (schedule: Schedule) =>
  systemdTimer({ name: "backup", description: "Saves", schedule, command: ["/bin/echo", "100%"] });

describe("a generated timer", () => {
  it.each(SCHEDULES)("%j", (schedule, times) => {
    const { service, timer } = timerOf(schedule);
    expect(readUnit(timer)).toMatchObject({ Timer: { ...times, Unit: "backup.service" } });
    expect(readUnit(service)).toMatchObject({ Service: { Type: "oneshot" } });
    expect(readExecLine(readUnit(service)["Service"]?.["ExecStart"] ?? "")).toEqual(["/bin/echo", "100%"]);
  });

  it.each([{ at: "3:30" }, { at: "24:00" }, { at: "03:60" }, { everyMinutes: 0 }, { everyMinutes: 1.5 }])(
    "is refused for %j",
    (schedule) => {
      expect(() => timerOf(schedule)).toThrow(expect.objectContaining({ code: "E_USAGE" }));
    },
  );
});

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-verify-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What systemd itself says of unit files, one problem a line; needs no running systemd, but a folder of the session. */
function verify(files: Readonly<Record<string, string>>): { readonly exitCode: number | null; readonly said: string } {
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(scratch, name), text);
    return join(scratch, name);
  });
  const env = { ...process.env, XDG_RUNTIME_DIR: scratch, SYSTEMD_LOG_COLOR: "0" };
  const { status, stderr } = spawnSync("systemd-analyze", ["--user", "verify", ...paths], { env, encoding: "utf8" });
  return { exitCode: status, said: stderr };
}

const GOOD = { "good.service": "[Service]\nExecStart=/bin/true\n" };
const works = process.platform === "linux" && verify(GOOD).exitCode === 0;

describe.skipIf(!works)("in the eyes of systemd itself", () => {
  it("a wrong unit is noticed, so the following says something", () => {
    expect(verify({ "wrong.service": "[Service]\nExecStart=/nowhere/program\n" }).exitCode).not.toBe(0);
  });

  it("a generated unit is good, whatever its words", () => {
    const folder = join(scratch, "100% $HOME ${x} a, b; grüße");
    mkdirSync(folder);
    const program = join(folder, "run it");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
    const command = [program, ...HARD];
    const text = systemdUnit({ ...WISH, command, workingDirectory: folder, description: "50% \\ off\\" });
    expect(verify({ "piper.service": text })).toEqual({ exitCode: 0, said: "" });
  });

  it.each(SCHEDULES)("a generated timer is good: %j", (schedule) => {
    const { service, timer } = timerOf(schedule);
    expect(verify({ "backup.service": service, "backup.timer": timer })).toEqual({ exitCode: 0, said: "" });
  });

  it.each(SCHEDULES.flatMap(([, { OnCalendar }]) => OnCalendar ?? []))("has the time %s", (calendar) => {
    expect(execFileSync("systemd-analyze", ["calendar", calendar], { encoding: "utf8" })).toContain("Next elapse");
  });
});
