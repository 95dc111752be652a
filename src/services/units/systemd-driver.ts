import { join, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Observation, ServiceDriver, Talk } from "../service.ts";
import { callOrThrow, callSystemd, systemdFault } from "./systemctl.ts";
import { unitLogs } from "./unit-logs.ts";
import { unitNameOf, type UnitDefinition, type UnitSpec } from "./unit-name.ts";
import { judgeUnit, parseProperties, PROPERTIES, type UnitProperties } from "./unit-properties.ts";

const ASK_LIMIT_MS = 15_000;
/** Above what systemd itself gives a unit to start or to stop, 90 seconds. (systemd-system.conf(5), DefaultTimeoutStartSec) */
const JOB_LIMIT_MS = 120_000;

export interface SystemdDriverDeps {
  /** How often a followed unit is asked whether it still runs. */
  readonly lookEveryMs?: number;
}

/**
 * A unit of the user's own systemd. A file of its name in the plugin's folder is linked into systemd; else the unit is one that is there.
 * A unit reads the environment that its own file names: nothing of the plugin's variables is passed, for a manager's environment
 * and a unit's properties can be read by other programs.
 */
export function createSystemdDriver({ lookEveryMs = 2_000 }: SystemdDriverDeps = {}): ServiceDriver<UnitDefinition> {
  const isUp = async (spec: UnitSpec, host: Host): Promise<boolean> => {
    const { state } = await observe(spec, host, ASK_LIMIT_MS);
    return state !== "stopped" && state !== "failed";
  };
  const logs: ServiceDriver<UnitDefinition>["logs"] = (spec, host, options, talk) =>
    unitLogs({ unit: unitNameOf(spec), spec, isUp: () => isUp(spec, host), lookEveryMs }, host, options, talk);
  return { type: "systemd", start, stop, observe, logs };
}

async function start(spec: UnitSpec, host: Host, talk: Talk): Promise<void> {
  const unit = unitNameOf(spec);
  const call = (args: readonly string[], timeoutMs = ASK_LIMIT_MS) =>
    callOrThrow({ program: "systemctl", args, timeoutMs, talk, failed: "could not be started" }, spec, host);
  const known = await ask(unit, spec, host);
  if (known === "too late") throw tooLate(spec);
  if (isUnknown(known)) await link(spec, unit, { host, call });
  else if (known.NeedDaemonReload === "yes") await call(["daemon-reload"]);
  // A unit that was started too often is refused until its count is taken back. (systemd.unit(5), StartLimitIntervalSec)
  if (known.ActiveState === "failed") await call(["reset-failed", unit]);
  await call(["start", unit], JOB_LIMIT_MS);
}

interface Linking {
  readonly host: Host;
  readonly call: (args: readonly string[]) => Promise<unknown>;
}

async function link(spec: UnitSpec, unit: string, { host, call }: Linking): Promise<void> {
  const file = join(spec.directory, unit);
  if (!(await isOwn(file, spec, host)))
    throw new AtkError("E_SERVICE", `${spec.plugin} could not be started: there is no unit ${unit}, and no such file`, {
      at: { file },
      hint: `put ${unit} into the plugin's folder, or into ~/.config/systemd/user`,
    });
  // What a timer or a socket starts is, if nothing else is said, the service of its name. (systemd.timer(5), Unit=)
  const service = unit.replace(/\.[a-z]+$/, ".service");
  const needsService = service !== unit && (await isOwn(join(spec.directory, service), spec, host));
  const isKnown = needsService && !isUnknown(await ask(service, spec, host));
  const files = needsService && !isKnown ? [join(spec.directory, service), file] : [file];
  // --force, because the link of a plugin's earlier place is still there; of units that systemd does not know nothing else can be.
  await call(["link", "--force", ...files]);
  await call(["daemon-reload"]);
}

function isUnknown(unit: UnitProperties | "too late"): boolean {
  return unit !== "too late" && unit.LoadState === "not-found";
}

/** Whether it is there. @throws AtkError E_HOSTILE for a link that leads out of the plugin */
async function isOwn(file: string, { directory }: UnitSpec, { files }: Host): Promise<boolean> {
  const [real, folder] = [await files.realPath(file), (await files.realPath(directory)) ?? directory];
  if (real === undefined) return false;
  if (real.startsWith(folder + sep)) return true;
  throw new AtkError("E_HOSTILE", `${file} leads out of the plugin, to ${real}`, { at: { file } });
}

async function stop(spec: UnitSpec, host: Host): Promise<void> {
  const args = ["stop", unitNameOf(spec)];
  const call = {
    program: "systemctl",
    args,
    timeoutMs: JOB_LIMIT_MS,
    failed: "could not be stopped",
  } as const;
  const result = await callSystemd(call, spec, host);
  if (result.exitCode === 0 && !result.timedOut) return;
  // "Unit piper.service not loaded." (LSB's 5: program is not installed; systemctl(1), "Exit status")
  if (result.exitCode === 5 && /not loaded/.test(result.stderr)) return;
  throw systemdFault(call, result, spec);
}

async function observe(spec: UnitSpec, host: Host, timeoutMs: number): Promise<Observation> {
  const unit = await ask(unitNameOf(spec), spec, host, timeoutMs);
  return unit === "too late" ? { state: "unknown", detail: "systemctl did not answer" } : judgeUnit(unit);
}

async function ask(
  unit: string,
  spec: UnitSpec,
  host: Host,
  timeoutMs = ASK_LIMIT_MS,
): Promise<UnitProperties | "too late"> {
  const args = ["show", unit, `--property=${PROPERTIES.join(",")}`];
  const call = { program: "systemctl", args, timeoutMs, failed: "could not be looked at" } as const;
  const result = await callSystemd(call, spec, host);
  if (result.timedOut) return "too late";
  if (result.exitCode !== 0) throw systemdFault(call, result, spec);
  return parseProperties(result.stdout);
}

function tooLate({ plugin }: UnitSpec): AtkError {
  return new AtkError(
    "E_SERVICE",
    `${plugin} could not be started: systemctl did not answer within ${ASK_LIMIT_MS / 1_000} s`,
    { hint: "systemctl --user status" },
  );
}
