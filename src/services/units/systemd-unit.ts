import { AtkError } from "../../core/errors.ts";
import type { ServiceDefinition } from "../service.ts";
import { rhythmOf, type Schedule } from "./schedule.ts";
import { execLine, folderText, plainText } from "./unit-quoting.ts";

export interface UnitWish {
  /** Of the unit, without its ending. */
  readonly name: string;
  readonly description: string;
  /** The program's absolute path and its arguments. */
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly restart: Extract<ServiceDefinition, { readonly type: "process" }>["restart"];
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly stopGraceMs: number;
}

const RESTART = { always: "always", "on-failure": "on-failure", never: "no" } as const;

/**
 * The text of NAME.service, which keeps a program running. It holds no environment: whoever may read the file could read it.
 * @throws AtkError E_USAGE for words that a unit file cannot hold
 */
export function systemdUnit(wish: UnitWish): string {
  const { name, description, command, workingDirectory, restart, stopGraceMs } = wish;
  return sections([
    [
      "Unit",
      // More than systemd's 5 starts in 10 seconds, which a program that waits for the network uses up at once.
      [`Description=${plainText(description)}`, "StartLimitIntervalSec=60", "StartLimitBurst=5"],
    ],
    [
      "Service",
      [
        // A start fails when the program cannot be started. (systemd.service(5), Type=exec, since 240)
        "Type=exec",
        `ExecStart=${execLine(command)}`,
        `WorkingDirectory=${folderText(workingDirectory)}`,
        `Restart=${RESTART[restart]}`,
        "RestartSec=2",
        `TimeoutStopSec=${Math.ceil(stopGraceMs)}ms`,
        `SyslogIdentifier=${checkedName(name)}`,
      ],
    ],
    ["Install", ["WantedBy=default.target"]],
  ]);
}

export interface TimerWish {
  /** Of both units, without their endings. */
  readonly name: string;
  readonly description: string;
  readonly schedule: Schedule;
  readonly command: readonly string[];
  /** Seconds over which machines with the same schedule are spread. */
  readonly spreadSeconds?: number;
}

/** The texts of NAME.timer and of the NAME.service that it starts. A run that the machine slept through is made up for. */
export function systemdTimer({ name, description, schedule, command, spreadSeconds }: TimerWish): {
  readonly service: string;
  readonly timer: string;
} {
  const about = `Description=${plainText(description)}`;
  return {
    service: sections([
      ["Unit", [about]],
      ["Service", ["Type=oneshot", `ExecStart=${execLine(command)}`, `SyslogIdentifier=${checkedName(name)}`]],
    ]),
    timer: sections([
      ["Unit", [about]],
      ["Timer", [...times(schedule), ...spread(spreadSeconds), `Unit=${name}.service`]],
      ["Install", ["WantedBy=timers.target"]],
    ]),
  };
}

function spread(seconds: number | undefined): readonly string[] {
  return seconds === undefined ? [] : [`RandomizedDelaySec=${seconds}`];
}

/** (systemd.time(7), "Calendar events"; systemd.timer(5)) */
function times(schedule: Schedule): readonly string[] {
  const rhythm = rhythmOf(schedule);
  const calendar = (text: string): readonly string[] => [`OnCalendar=${text}`, "Persistent=true"];
  switch (rhythm.kind) {
    case "minutes of the hour":
      return calendar(`*-*-* *:00/${rhythm.every}:00`);
    case "hours of the day":
      return calendar(`*-*-* 00/${rhythm.every}:00:00`);
    case "any span":
      return [`OnActiveSec=${rhythm.every}min`, `OnUnitActiveSec=${rhythm.every}min`];
    case "clock": {
      const { weekday, day, hour, minute } = rhythm;
      const date = day === undefined ? "*-*-*" : `*-*-${twoDigits(day)}`;
      const clock = `${hour === undefined ? "*" : twoDigits(hour)}:${twoDigits(minute)}:00`;
      return calendar(`${weekday === undefined ? "" : `${WEEKDAYS[weekday] ?? ""} `}${date} ${clock}`);
    }
  }
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function checkedName(name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) return name;
  throw new AtkError("E_USAGE", `${JSON.stringify(name)} cannot be the name of a unit`, { hint: "as in my-tool" });
}

function sections(all: readonly (readonly [string, readonly string[]])[]): string {
  return all.map(([title, lines]) => `[${title}]\n${lines.join("\n")}\n`).join("\n");
}
