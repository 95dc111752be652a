import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { createLaunchdDriver } from "../services/units/launchd-driver.ts";
import type { AgentSpec } from "../services/units/launch-agent.ts";
import { launchdPlist } from "../services/units/launchd-plist.ts";
import type { TimerManager, TimerWish } from "./timer-manager.ts";
import { discard, readText, writeWhole } from "./write-whole.ts";

const LOOK_LIMIT_MS = 5_000;
const driver = createLaunchdDriver();
const silent = (): void => undefined;

/** Agents of launchd in ~/Library/LaunchAgents. One that is slept through runs on waking. */
export const launchdTimers: TimerManager = {
  id: "launchd",
  describe: plistOf,
  observe: async ({ name }, { files, machine }) => readText(plistPath(name, machine.homeDirectory), files),
  async install(wish, host) {
    refuseInside(wish.name, host);
    const text = plistOf(wish);
    await driver.stop(specOf(wish.name, host), host, silent);
    await writeWhole(plistPath(wish.name, host.machine.homeDirectory), text, host.files);
    await driver.start(specOf(wish.name, host), host, silent);
  },
  async remove(name, host) {
    refuseInside(name, host);
    await driver.stop(specOf(name, host), host, silent);
    await discard(plistPath(name, host.machine.homeDirectory), host.files);
  },
  async times(name, host) {
    const { detail, state } = await driver.observe(specOf(name, host), host, LOOK_LIMIT_MS);
    return { isActive: state === "running" || detail !== undefined };
  },
};

/** Taking an agent out of launchd ends what it runs: this run. */
function refuseInside(name: string, { machine }: Host): void {
  if (machine.env["ATK_TIMER"] !== name) return;
  throw new AtkError("E_SERVICE", `timer ${name} cannot be changed by a run that it started`, { hint: "atk apply" });
}

function plistOf({ name, ticks: { schedule }, command, directory }: TimerWish): string {
  const outputFile = join(directory, `${name}.launchd.log`);
  return launchdPlist({ label: name, command, workingDirectory: directory, schedule, outputFile });
}

function folderOf(home: string): string {
  return join(home, "Library/LaunchAgents");
}

function plistPath(name: string, home: string): string {
  return join(folderOf(home), `${name}.plist`);
}

function specOf(name: string, { machine }: Host): AgentSpec {
  const directory = folderOf(machine.homeDirectory);
  const definition = { type: "launchd", label: name } as const;
  const nothing = { env: {}, ports: [], commands: {} };
  return { plugin: `timer ${name}`, home: "", directory, runDirectory: directory, definition, ...nothing };
}
