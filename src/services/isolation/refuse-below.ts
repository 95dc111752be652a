import { AtkError } from "../../core/errors.ts";
import type { IsolationLevel } from "./isolation.ts";
import type { MachineIsolation, Shortcoming } from "./machine-isolation.ts";

const RANK: Readonly<Record<IsolationLevel, number>> = { none: 0, limits: 1, sandbox: 2 };

/** @throws AtkError E_ENV when the machine cannot do that level, with the program's own words and what would help. */
export function refuseBelow(level: IsolationLevel, machine: MachineIsolation): void {
  if (RANK[machine.level] >= RANK[level]) return;
  const why = machine.shortcomings.find(({ about }) => level === "limits" || about === "files");
  throw notIsolated(`the isolation level '${level}' does not work on this machine`, why);
}

/** @throws AtkError E_ENV when something that was wished will not happen; for a wish that is `required`. */
export function refuseUnenforced(notEnforced: readonly string[], machine: MachineIsolation): void {
  const [first] = notEnforced;
  if (first === undefined) return;
  const why = machine.shortcomings.find(({ about }) => first.startsWith(`${about}:`));
  throw notIsolated(`the isolation that is required does not work on this machine (${notEnforced.join("; ")})`, why);
}

function notIsolated(message: string, why: Shortcoming | undefined): AtkError {
  return new AtkError("E_ENV", why === undefined ? message : `${message}: ${why.message}`, {
    hint: why?.fix ?? "set another isolation level for this plugin in the manifest",
  });
}
