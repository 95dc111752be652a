import { factsOf } from "../../manifest/for-machine.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { namedMachine } from "../machines/named-machine.ts";
import { matches } from "../../manifest/match-when.ts";
import type { IgnoredDrift } from "../../manifest/upkeep.ts";
import type { Ignores } from "./find-edits.ts";

type Here = Pick<Context, "host" | "workspace">;

/** What the manifest says to leave alone on this machine; of two words on one entry the later one counts. */
export function ignoresHere(
  { written, ignoredNow = [] }: Pick<Inputs, "written" | "ignoredNow">,
  context: Here,
): Omit<Ignores, "seen"> {
  const here = written.ignoredDrift.filter((ignore) => isHere(ignore, { written }, context));
  return {
    byId: new Map(here.map((ignore) => [ignore.entry, ignore])),
    anew: new Set(ignoredNow),
    today: dayOf(context.host.now()),
  };
}

/** Whether a word is about this machine: it names none, or one of the names that this one has. */
export function isHere({ machine }: IgnoredDrift, { written }: Pick<Inputs, "written">, context: Here): boolean {
  return machine === undefined || matches({ machine: [machine] }, factsOf(written.machines, namedMachine(context)));
}

/** The name under which this machine says what it leaves alone. */
export function thisMachine(context: Here): string {
  return namedMachine(context).name;
}

/** `YYYY-MM-DD`, in UTC: one day for all machines. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, "YYYY-MM-DD".length);
}
