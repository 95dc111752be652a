import { machineNameOf } from "../../secrets/names.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import type { Ignores } from "./find-edits.ts";

/** What the manifest says to leave alone on this machine; of two words on one entry the later one counts. */
export function ignoresHere(
  { manifest, ignoredNow = [] }: Pick<Inputs, "manifest" | "ignoredNow">,
  { host }: Pick<Context, "host">,
): Omit<Ignores, "seen"> {
  const own = thisMachine(host.machine);
  const here = manifest.ignoredDrift.filter(({ machine }) => machine === undefined || machine === own);
  return {
    byId: new Map(here.map((ignore) => [ignore.entry, ignore])),
    anew: new Set(ignoredNow),
    today: dayOf(host.now()),
  };
}

/** The name under which this machine says what it leaves alone. */
export function thisMachine({ hostname }: Context["host"]["machine"]): string {
  return machineNameOf(hostname);
}

/** `YYYY-MM-DD`, in UTC: one day for all machines. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, "YYYY-MM-DD".length);
}
