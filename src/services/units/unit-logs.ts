import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../core/host.ts";
import type { LogOptions, Talk } from "../service.ts";
import { callSystemd, systemdFault } from "./systemctl.ts";
import type { UnitSpec } from "./unit-name.ts";

export interface LoggedUnit {
  readonly unit: string;
  readonly spec: UnitSpec;
  readonly isUp: () => Promise<boolean>;
  readonly lookEveryMs: number;
}

/** What the journal keeps of a unit. */
export async function unitLogs(
  { unit, spec, isUp, lookEveryMs }: LoggedUnit,
  host: Host,
  { follow, lines, signal }: LogOptions,
  talk: Talk,
): Promise<void> {
  const follows = follow && (await isUp());
  const args = [
    "--unit",
    unit,
    "--output=cat",
    "--no-pager",
    "--quiet",
    ...(lines === undefined ? [] : [`--lines=${lines}`]),
    // Only the last ten lines are shown when following, if nothing else is said. (journalctl(1), --follow)
    ...(follows ? ["--follow", ...(lines === undefined ? ["--no-tail"] : [])] : []),
  ];
  const ending = new AbortController();
  const until = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
  const call = { program: "journalctl", args, failed: "has no log that can be shown", talk, signal: until } as const;
  const [{ result, wasEnded }] = await Promise.all([
    callSystemd(call, spec, host)
      .then((each) => ({ result: each, wasEnded: until.aborted }))
      .finally(() => ending.abort()),
    ...(follows ? [endWithUnit(isUp, ending, lookEveryMs, until)] : []),
  ]);
  if (result.exitCode !== 0 && !wasEnded) throw systemdFault(call, result, spec);
}

/** journalctl goes on when the unit has ended. After that it has one more turn, for the last lines. */
async function endWithUnit(
  isUp: () => Promise<boolean>,
  ending: AbortController,
  lookEveryMs: number,
  until: AbortSignal,
): Promise<void> {
  const turn = (): Promise<unknown> => sleep(lookEveryMs, undefined, { signal: until }).catch(() => undefined);
  do await turn();
  while (!until.aborted && (await isUp().catch(() => true)));
  await turn();
  ending.abort();
}
