import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import type { TimerKnowledge } from "../core/resource.ts";
import { cronTimers } from "./cron-timers.ts";
import { launchdTimers } from "./launchd-timers.ts";
import { hasSystemd, systemdTimers } from "./systemd-timers.ts";
import type { TimerManager } from "./timer-manager.ts";

const MANAGERS = { systemd: systemdTimers, launchd: launchdTimers, cron: cronTimers };

export function managerNamed(id: TimerKnowledge["manager"]): TimerManager {
  return MANAGERS[id];
}

/**
 * What starts things by the clock here: launchd on macOS, else the user's systemd where it answers, else cron. The one that was used
 * before stays as long as its program is there, so that a shell without a session of the user changes nothing.
 * @throws AtkError E_PROGRAM when there is none
 */
export async function chooseManager(host: Host, used?: TimerKnowledge["manager"]): Promise<TimerManager> {
  const { machine, programs } = host;
  const has = async (program: string): Promise<boolean> => (await programs.find(program)) !== undefined;
  if (machine.platform === "macos") return launchdTimers;
  if (machine.platform === "linux") {
    if (used === "systemd" && (await has("systemctl"))) return systemdTimers;
    if (used === "cron" && (await has("crontab"))) return cronTimers;
    if (await hasSystemd(host)) return systemdTimers;
    if (await has("crontab")) return cronTimers;
  }
  throw new AtkError("E_PROGRAM", "nothing here starts things by the clock: no systemd of the user and no cron", {
    hint:
      machine.platform === "windows"
        ? "run atk sync from the Task Scheduler; timers are for Linux and macOS"
        : "loginctl enable-linger $USER, or apt install cron",
  });
}
