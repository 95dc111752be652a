import { AtkError } from "../../core/errors.ts";
import { isDeepStrictEqual } from "node:util";
import type { Context } from "../context.ts";
import { parseRecord, printRecord, type MachineRecord } from "./machine-record.ts";
import { openMachines, recordFile, type Alone } from "./machines-branch.ts";
import { observeMachine } from "./observe-machine.ts";

export type PublishOutcome =
  | { readonly state: "published"; readonly name: string }
  /** The others know all of it already, and heard it not long ago. */
  | { readonly state: "unchanged"; readonly name: string }
  | { readonly state: "skipped"; readonly reason: Alone | "offline" }
  /** Another machine has that name; nothing was written. */
  | { readonly state: "name-taken"; readonly name: string; readonly by: MachineRecord }
  /** `message` holds no credentials. */
  | { readonly state: "failed"; readonly message: string };

export interface PublishManner {
  /** For all of it. Default 15 s. */
  readonly timeoutMs?: number;
}

const LIMIT_MS = 15_000;

/**
 * Tells the other machines of this home what this one has, on the branch `atk/machines` of the same remote (docs/machines.md). Best
 * effort: never throws, ends in time, and tells with `context.tell` what a person has to know.
 */
export async function publishMachine(context: Context, manner: PublishManner = {}): Promise<PublishOutcome> {
  try {
    const outcome = await publish(manner.timeoutMs ?? LIMIT_MS, context);
    if (outcome.state === "name-taken") sayTaken(outcome, context);
    return outcome;
  } catch (error) {
    const message = error instanceof AtkError ? error.message : String(error);
    context.tell({ type: "note", message: `the other machines were not told what this one has: ${message}` });
    return { state: "failed", message };
  }
}

async function publish(timeoutMs: number, context: Context): Promise<PublishOutcome> {
  if (context.offline) return { state: "skipped", reason: "offline" };
  const branch = await openMachines({ timeoutMs, message: "Say what a machine has" }, context);
  if (typeof branch === "string") return { state: "skipped", reason: branch };
  const record = await observeMachine(context);
  const file = recordFile(record.name);
  let before: MachineRecord | undefined;
  const isPushed = await branch.update((files) => {
    before = parseRecord(files.get(file) ?? "");
    const isOthers = before !== undefined && before.id !== record.id;
    if (isOthers || (before !== undefined && isKnown(before, record))) return undefined;
    return new Map([[file, printRecord(record)], ...formerNames(files, record)]);
  });
  if (isPushed) return { state: "published", name: record.name };
  if (before === undefined || before.id === record.id) return { state: "unchanged", name: record.name };
  return { state: "name-taken", name: record.name, by: before };
}

/** A machine that has another name now takes what it said under the old one with it. */
function formerNames(files: ReadonlyMap<string, string>, record: MachineRecord): readonly (readonly [string, null])[] {
  return [...files].flatMap(([name, text]) =>
    name !== recordFile(record.name) && parseRecord(text)?.id === record.id ? [[name, null] as const] : [],
  );
}

/** So that a timer does not make a commit each time: `last seen` is exact to this. */
const HEARD_MS = 6 * 60 * 60 * 1000;

/** The same, said not long ago. What was said in the future was said by a clock that was wrong. */
function isKnown({ at: heardAt, ...before }: MachineRecord, { at, ...now }: MachineRecord): boolean {
  const agoMs = Date.parse(at) - Date.parse(heardAt);
  return isDeepStrictEqual(before, now) && agoMs >= 0 && agoMs < HEARD_MS;
}

function sayTaken({ name, by }: Extract<PublishOutcome, { state: "name-taken" }>, context: Context): void {
  context.tell({
    type: "warning",
    message: `another machine has the name ${name}: ${by.host} (${by.os}, ${by.arch}), last seen ${by.at}; this one was not told to the others`,
    hint: `atk machine --name OTHER-NAME, or, when that machine is gone: atk machines rm ${name}`,
  });
}
