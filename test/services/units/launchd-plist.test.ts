import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { launchdPlist, type AgentWish } from "../../../src/services/units/launchd-plist.ts";
import type { Schedule } from "../../../src/services/units/schedule.ts";

const WISH: AgentWish = {
  label: "dev.example.piper",
  command: ["/usr/bin/node", "server.js"],
  workingDirectory: "/Users/dev/piper",
  outputFile: "/Users/dev/piper.log",
};

/** What Python's plistlib reads. */
function read(text: string): unknown {
  const script = "import json, plistlib, sys; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)";
  const { status, stdout, stderr } = spawnSync("python3", ["-c", script], { input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const hasPython = spawnSync("python3", ["-c", "import plistlib"]).status === 0;
const scheduled = (schedule: Schedule) => read(launchdPlist({ ...WISH, schedule }));

describe.skipIf(!hasPython)("a generated property list", () => {
  it("has an agent started when it is loaded, without any environment", () => {
    expect(read(launchdPlist(WISH))).toEqual({
      Label: "dev.example.piper",
      ProgramArguments: ["/usr/bin/node", "server.js"],
      WorkingDirectory: "/Users/dev/piper",
      StandardOutPath: "/Users/dev/piper.log",
      StandardErrorPath: "/Users/dev/piper.log",
      RunAtLoad: true,
    });
  });

  it("hands over every word as it is", () => {
    const command = ["/bin/echo", "", "<&>\"'", "]]>", "a\r\nb\tc", " spaces ", "grüße 🎉", "100% $HOME", "&amp;"];
    expect(read(launchdPlist({ ...WISH, command }))).toMatchObject({ ProgramArguments: command });
  });

  it.each([
    ["always", true],
    ["on-failure", { SuccessfulExit: false }],
  ] as const)("keeps it alive: %s", (keepAlive, expected) => {
    expect(read(launchdPlist({ ...WISH, keepAlive }))).toMatchObject({ KeepAlive: expected });
  });

  it.each<[Schedule, unknown]>([
    ["hourly", { Minute: 0 }],
    ["daily", { Hour: 0, Minute: 0 }],
    ["weekly", { Hour: 0, Minute: 0, Weekday: 1 }],
    [{ at: "03:30" }, { Hour: 3, Minute: 30 }],
    [{ everyMinutes: 20 }, [{ Minute: 0 }, { Minute: 20 }, { Minute: 40 }]],
    [
      { everyMinutes: 720 },
      [
        { Hour: 0, Minute: 0 },
        { Hour: 12, Minute: 0 },
      ],
    ],
  ])("has it run on a schedule, not on loading: %j", (schedule, expected) => {
    const agent = scheduled(schedule);
    expect(agent).toMatchObject({ StartCalendarInterval: expected });
    expect(agent).not.toHaveProperty("RunAtLoad");
  });

  it.each([1, 7, 2_880])("counts spans that fall on no round time in seconds: every %i minutes", (everyMinutes) => {
    expect(scheduled({ everyMinutes })).toMatchObject({ StartInterval: everyMinutes * 60 });
  });
});

it.each(["\0", "\u001b[31m", "\ud800", "\uffff"])("is refused for what XML cannot hold: %j", (word) => {
  expect(() => launchdPlist({ ...WISH, command: ["/bin/echo", word] })).toThrow(
    expect.objectContaining({ code: "E_USAGE" }),
  );
});
