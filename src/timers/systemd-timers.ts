import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Host, ReadFiles } from "../core/host.ts";
import { callOrThrow, callSystemd } from "../services/units/systemctl.ts";
import { rhythmOf } from "../services/units/schedule.ts";
import { systemdTimer } from "../services/units/systemd-unit.ts";
import { spacingMinutes } from "./ticks.ts";
import type { TimerManager, TimerTimes, TimerWish } from "./timer-manager.ts";
import { discard, readText, writeWhole } from "./write-whole.ts";

const CALL_LIMIT_MS = 30_000;
const MOST_SPREAD_SECONDS = 300;

/** Timers of the user's own systemd: two units in ~/.config/systemd/user. */
export const systemdTimers: TimerManager = {
  id: "systemd",
  describe: (wish) => asText(unitsOf(wish)),
  async observe({ name }, { files, machine }) {
    const at = placesOf(name, machine.homeDirectory);
    const [service, timer] = [await readText(at.service, files), await readText(at.timer, files)];
    const isOn = await isThere(at.wanted, files);
    if (service === undefined && timer === undefined) return undefined;
    return `${asText({ service: service ?? "", timer: timer ?? "" })}${isOn ? "" : "(disabled)\n"}`;
  },
  async install(wish, host) {
    const at = placesOf(wish.name, host.machine.homeDirectory);
    const units = unitsOf(wish);
    await writeWhole(at.service, units.service, host.files);
    await writeWhole(at.timer, units.timer, host.files);
    await call(["daemon-reload"], wish.name, host);
    await call(["enable", `${wish.name}.timer`], wish.name, host);
    // A timer that runs goes on with the times it had.
    await call(["restart", `${wish.name}.timer`], wish.name, host);
    await switchedOn(wish.name, at.wanted, host);
  },
  async remove(name, host) {
    const at = placesOf(name, host.machine.homeDirectory);
    // Where the manager does not answer any more, what it would read at its next start is still taken away.
    const disable = { program: "systemctl", args: ["disable", "--now", `${name}.timer`], failed: GOING } as const;
    await callSystemd({ ...disable, timeoutMs: CALL_LIMIT_MS }, specOf(name), host).catch(ignoreMissing);
    for (const path of [at.wanted, at.timer, at.service]) await discard(path, host.files);
    const reload = { program: "systemctl", args: ["daemon-reload"], failed: GOING } as const;
    await callSystemd({ ...reload, timeoutMs: CALL_LIMIT_MS }, specOf(name), host).catch(ignoreMissing);
  },
  times,
};

const GOING = "could not be taken away";

/** Whether the user has a systemd that answers. Starts nothing but systemctl. */
export async function hasSystemd(host: Host): Promise<boolean> {
  try {
    const probe = { program: "systemctl", args: ["show", "--property=Version"], failed: "could not be asked" } as const;
    const result = await callSystemd({ ...probe, timeoutMs: 5_000 }, specOf("timers"), host);
    return result.exitCode === 0 && !result.timedOut;
  } catch (error) {
    if (error instanceof AtkError) return false;
    throw error;
  }
}

function unitsOf({ name, description, ticks: { schedule }, command }: TimerWish): Units {
  // What is to happen at a time of one's own choice is not moved; only round times are spread over the machines.
  const isChosen = typeof schedule === "object" && "at" in schedule;
  const spread = Math.min(MOST_SPREAD_SECONDS, spacingMinutes(rhythmOf(schedule)) * 6);
  return systemdTimer({ name, description, schedule, command, ...(isChosen ? {} : { spreadSeconds: spread }) });
}

interface Units {
  readonly service: string;
  readonly timer: string;
}

function asText({ service, timer }: Units): string {
  return `${timer}\n---\n${service}`;
}

function placesOf(name: string, home: string): Units & { readonly wanted: string } {
  const folder = join(home, ".config/systemd/user");
  return {
    service: join(folder, `${name}.service`),
    timer: join(folder, `${name}.timer`),
    // What `enable` makes of WantedBy=timers.target. (systemd.unit(5), "[Install] Section Options")
    wanted: join(folder, "timers.target.wants", `${name}.timer`),
  };
}

async function isThere(path: string, files: ReadFiles): Promise<boolean> {
  return (await files.stat(path)) !== undefined;
}

async function switchedOn(name: string, wanted: string, { files }: Host): Promise<void> {
  if (await isThere(wanted, files)) return;
  throw new AtkError("E_SERVICE", `timer ${name} could not be set up: systemd keeps its units in another folder`, {
    at: { file: wanted },
    hint: "systemctl --user show --property=UnitPath",
  });
}

function specOf(name: string): Parameters<typeof callSystemd>[1] {
  return { plugin: `timer ${name}`, env: {} };
}

async function call(args: readonly string[], name: string, host: Host): Promise<void> {
  const failed = "could not be set up";
  await callOrThrow({ program: "systemctl", args, failed, timeoutMs: CALL_LIMIT_MS }, specOf(name), host);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof AtkError)) throw error;
}

async function times(name: string, host: Host): Promise<TimerTimes> {
  const args = ["show", `${name}.timer`, "--property=ActiveState,NextElapseUSecRealtime,LastTriggerUSec"];
  const asked = { program: "systemctl", args, failed: "could not be looked at", timeoutMs: 5_000 } as const;
  const { stdout } = await callSystemd(asked, specOf(name), host);
  const [next, last] = [momentOf("NextElapseUSecRealtime", stdout), momentOf("LastTriggerUSec", stdout)];
  return {
    isActive: /^ActiveState=active$/m.test(stdout),
    ...(next === undefined ? {} : { next }),
    ...(last === undefined ? {} : { last }),
  };
}

/** "Sat 2026-11-21 10:04:58 UTC"; empty or "n/a" when there is none. */
function momentOf(property: string, text: string): string | undefined {
  const [, day, time] = new RegExp(`^${property}=\\w+ (\\S+) (\\d\\d:\\d\\d:\\d\\d) UTC$`, "m").exec(text) ?? [];
  return day === undefined || time === undefined ? undefined : `${day}T${time}.000Z`;
}
