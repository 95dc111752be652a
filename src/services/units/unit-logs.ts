import type { Host } from "../../core/host.ts";
import type { LogOptions, Talk } from "../service.ts";
import { callSystemd, systemdFault } from "./systemctl.ts";
import type { UnitSpec } from "./unit-name.ts";
import { followUntilDown, type Following } from "./until-down.ts";

export interface LoggedUnit extends Omit<Following, "signal"> {
  readonly unit: string;
  readonly spec: UnitSpec;
}

/** What the journal keeps of a unit. */
export async function unitLogs(
  { unit, spec, isUp, lookEveryMs }: LoggedUnit,
  host: Host,
  { follow, lines, signal }: LogOptions,
  talk: Talk,
): Promise<void> {
  const follows = follow && (await isUp());
  const call = {
    program: "journalctl",
    args: journalArguments(unit, follows, lines),
    failed: "has no log that can be shown",
    talk,
  } as const;
  const stop = signal === undefined ? {} : { signal };
  const { result, wasEnded } = follows
    ? await followUntilDown((until) => callSystemd({ ...call, signal: until }, spec, host), {
        isUp,
        lookEveryMs,
        ...stop,
      })
    : { result: await callSystemd({ ...call, ...stop }, spec, host), wasEnded: signal?.aborted === true };
  if (result.exitCode !== 0 && !wasEnded) throw systemdFault(call, result, spec);
}

function journalArguments(unit: string, follows: boolean, lines: number | undefined): readonly string[] {
  return [
    "--unit",
    unit,
    "--output=cat",
    "--no-pager",
    "--quiet",
    ...(lines === undefined ? [] : [`--lines=${lines}`]),
    // Only the last ten lines are shown when following, if nothing else is said. (journalctl(1), --follow)
    ...(follows ? ["--follow", ...(lines === undefined ? ["--no-tail"] : [])] : []),
  ];
}
