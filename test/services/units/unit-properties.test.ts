import { expect, it } from "vitest";
import { judgeUnit, parseProperties, type UnitProperties } from "../../../src/services/units/unit-properties.ts";
import type { Observation } from "../../../src/services/service.ts";

const AUTO_RESTART = { ActiveState: "activating", SubState: "auto-restart", Result: "exit-code" };
const failed = (Result: string, rest: UnitProperties = {}): UnitProperties => ({
  ActiveState: "failed",
  SubState: "failed",
  Result,
  ...rest,
});

const CASES: readonly (readonly [string, UnitProperties, Observation])[] = [
  ["a server runs", { ActiveState: "active", SubState: "running", MainPID: "42" }, { state: "running", pid: 42 }],
  ["a timer waits", { ActiveState: "active", SubState: "waiting" }, { state: "running" }],
  [
    "a oneshot has done its work",
    { ActiveState: "active", SubState: "exited" },
    { state: "running", detail: "its command has done its work" },
  ],
  ["it reads its settings", { ActiveState: "reloading", SubState: "reload" }, { state: "running" }],
  ["it starts", { ActiveState: "activating", SubState: "start" }, { state: "starting" }],
  [
    "it ends again and again",
    { ...AUTO_RESTART, ExecMainCode: "1", ExecMainStatus: "1", NRestarts: "3" },
    { state: "starting", detail: "exited with code 1, is started again", restarts: 3 },
  ],
  [
    "it is being stopped and still has its ports",
    { ActiveState: "deactivating", SubState: "stop-sigterm", MainPID: "42" },
    { state: "running", detail: "is being stopped", pid: 42 },
  ],
  [
    "it exited",
    failed("exit-code", { ExecMainCode: "1", ExecMainStatus: "2" }),
    { state: "failed", detail: "exited with code 2" },
  ],
  [
    "its program is not there",
    failed("exit-code", { ExecMainCode: "1", ExecMainStatus: "203" }),
    { state: "failed", detail: "exited with code 203: its program could not be started" },
  ],
  [
    "it was killed",
    failed("signal", { ExecMainCode: "2", ExecMainStatus: "9" }),
    { state: "failed", detail: "ended by signal 9" },
  ],
  ["it did not start in time", failed("timeout"), { state: "failed", detail: "did not start or stop in time" }],
  ["it took too much memory", failed("oom-kill"), { state: "failed", detail: "out of memory" }],
  [
    "it was started too often",
    failed("start-limit-hit", { ExecMainCode: "1", ExecMainStatus: "1" }),
    { state: "failed", detail: "exited with code 1, started too often" },
  ],
  ["systemd has a new word", failed("eclipse"), { state: "failed", detail: "failed: eclipse" }],
  ["it is down", { LoadState: "loaded", ActiveState: "inactive", SubState: "dead" }, { state: "stopped" }],
  [
    "it is masked",
    { LoadState: "masked", ActiveState: "inactive" },
    { state: "stopped", detail: "the unit is masked" },
  ],
  [
    "its file has a mistake",
    { LoadState: "bad-setting", ActiveState: "inactive" },
    { state: "failed", detail: "its unit file has a mistake" },
  ],
  [
    "its file was taken away while it runs",
    { LoadState: "not-found", ActiveState: "active", SubState: "running" },
    { state: "running" },
  ],
  ["nothing was said", {}, { state: "unknown", detail: 'systemd says ""' }],
];

it.each(CASES)("%s", (_, unit, observation) => {
  expect(judgeUnit(unit)).toEqual(observation);
});

it("since when is told in ISO 8601, and left out when it never was", () => {
  const running = { ActiveState: "active", SubState: "running" };
  expect(judgeUnit({ ...running, ActiveEnterTimestamp: "Sat 2026-11-21 10:04:58 UTC" })).toMatchObject({
    since: "2026-11-21T10:04:58.000Z",
  });
  expect(judgeUnit({ ...running, ActiveEnterTimestamp: "n/a" })).toEqual({ state: "running" });
});

it("a value may hold equal signs, and a line that is no property is passed over", () => {
  expect(parseProperties("LoadState=loaded\n\nStatusText=a=b\nnoise\n")).toEqual({
    LoadState: "loaded",
    StatusText: "a=b",
  });
});
