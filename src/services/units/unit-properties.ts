import type { Observation } from "../service.ts";

/** What `systemctl show` is asked for. NRestarts is known since systemd 235; what is not known is left out of the answer. */
export const PROPERTIES = [
  "LoadState",
  "ActiveState",
  "SubState",
  "Result",
  "ExecMainCode",
  "ExecMainStatus",
  "NRestarts",
  "ActiveEnterTimestamp",
  "InactiveEnterTimestamp",
  "MainPID",
  "NeedDaemonReload",
] as const;

export type UnitProperties = Readonly<Partial<Record<(typeof PROPERTIES)[number], string>>>;

/** KEY=VALUE lines; a value may hold further equal signs. */
export function parseProperties(text: string): UnitProperties {
  return Object.fromEntries(
    text
      .split("\n")
      .map((line) => [line, line.indexOf("=")] as const)
      .filter(([, at]) => at > 0)
      .map(([line, at]) => [line.slice(0, at), line.slice(at + 1)]),
  );
}

/** What a unit does, in the words of every service. */
export function judgeUnit(unit: UnitProperties): Observation {
  const { ActiveEnterTimestamp: entered = "", InactiveEnterTimestamp: left = "" } = unit;
  const [pid, restarts] = [Number(unit.MainPID ?? 0), Number(unit.NRestarts ?? 0)];
  const judged = judge(unit);
  const since = timeOf(judged.state === "stopped" || judged.state === "failed" ? left : entered);
  return {
    ...judged,
    ...(judged.state === "starting" || since === undefined ? {} : { since }),
    ...(pid > 0 ? { pid } : {}),
    ...(restarts > 0 ? { restarts } : {}),
  };
}

/** (systemd(1) for the states; the states below them in unit_active_state_to_glyph and service_state of systemd's sources) */
function judge(unit: UnitProperties): Observation {
  switch (unit.ActiveState) {
    case "active":
      return unit.SubState === "exited" ? { state: "running", detail: "its command has done its work" } : RUNNING;
    case "reloading":
    case "refreshing":
      return RUNNING;
    case "activating":
      return unit.SubState?.startsWith("auto-restart") === true
        ? { state: "starting", detail: `${howItEnded(unit)}, is started again` }
        : { state: "starting" };
    // It still has its processes and ports.
    case "deactivating":
      return { state: "running", detail: "is being stopped" };
    case "failed":
      return { state: "failed", detail: howItEnded(unit) };
    case "inactive":
      return judgeInactive(unit);
    default:
      return { state: "unknown", detail: `systemd says ${JSON.stringify(unit.ActiveState ?? "")}` };
  }
}

const RUNNING: Observation = { state: "running" };

function judgeInactive({ LoadState: loaded }: UnitProperties): Observation {
  if (loaded === "not-found") return { state: "stopped", detail: "there is no such unit" };
  if (loaded === "masked") return { state: "stopped", detail: "the unit is masked" };
  if (loaded === "bad-setting" || loaded === "error") return { state: "failed", detail: "its unit file has a mistake" };
  return { state: "stopped" };
}

/** (systemd.exec(5), $SERVICE_RESULT) */
function howItEnded({ Result: result = "", ExecMainCode: code, ExecMainStatus: status = "" }: UnitProperties): string {
  // CLD_EXITED is 1, CLD_KILLED 2, CLD_DUMPED 3; 0 when nothing ran. (waitid(2))
  const end = code === "2" || code === "3" ? `ended by signal ${status}` : exitWords(status);
  switch (result) {
    case "exit-code":
    case "signal":
    case "core-dump":
    case "success":
      return end;
    case "start-limit-hit":
      return status === "0" || status === "" ? "started too often" : `${end}, started too often`;
    case "timeout":
      return "did not start or stop in time";
    case "watchdog":
      return "did not report in time";
    case "oom-kill":
      return "out of memory";
    default:
      return result === "" ? end : `failed: ${result}`;
  }
}

/** What systemd itself ends with when it cannot get as far as the program. (systemd.exec(5), "Process Exit Codes") */
const BEFORE_THE_PROGRAM: Readonly<Record<string, string>> = {
  "200": "its folder could not be entered",
  "203": "its program could not be started",
  "209": "its output could not be set up",
  "216": "its group could not be had",
  "217": "its user could not be had",
  "226": "its sandbox could not be set up",
};

function exitWords(status: string): string {
  const words = `exited with code ${status}`;
  const known = BEFORE_THE_PROGRAM[status];
  return known === undefined ? words : `${words}: ${known}`;
}

/** "Sat 2026-11-21 10:04:58 UTC", empty or "n/a" when it never was. */
function timeOf(text: string): string | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return day === undefined || time === undefined ? undefined : `${day}T${time}.000Z`;
}
