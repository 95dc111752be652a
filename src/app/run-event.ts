import type { Json, JsonObject } from "../core/json.ts";
import { userName } from "./approvals.ts";
import type { Context } from "./context.ts";
import { namedMachine } from "./machines/named-machine.ts";
import type { Resolution, Task } from "./next-state.ts";

/** What the machine's log keeps of one run: names, words and verdicts, never a value. */
export interface RunEvent {
  /** What was asked for, as in the commit. */
  readonly label: string;
  readonly machine: string;
  readonly user: string;
  /** The command without its arguments: `plugin` names and values are not in it. */
  readonly command?: string;
  readonly changes: readonly { readonly address: string; readonly verdict: string; readonly resolution?: Resolution }[];
  /** The commit in the manifest's repository that goes with it. */
  readonly commit?: string;
  /** The transaction, by which its images are found. */
  readonly tx?: string;
  /** Number of the run that was taken back. */
  readonly undoes?: number;
  /** Backup that was made before it (upgrades): where the data of then is. */
  readonly snapshot?: string;
  /** true: belongs to the run before it (services, which are started when everything else is done). */
  readonly follows?: boolean;
}

export interface RunStory {
  readonly label: string;
  readonly tasks: readonly Task[];
  readonly undoes?: number;
  readonly snapshot?: string;
}

export function runEvent({ label, tasks, undoes, snapshot }: RunStory, context: Context): RunEvent {
  const changes = tasks.map(({ item, resolution }) => ({
    address: item.change.address,
    verdict: item.change.verdict,
    ...(resolution === undefined ? {} : { resolution }),
  }));
  return {
    label,
    ...originOf(context),
    changes,
    ...(undoes === undefined ? {} : { undoes }),
    ...(snapshot === undefined ? {} : { snapshot }),
  };
}

/** Which machine, who, and with which command. */
export function originOf(context: Context): Pick<RunEvent, "machine" | "user" | "command"> {
  const { command } = context;
  return { machine: namedMachine(context).name, user: userName(), ...(command === undefined ? {} : { command }) };
}

export function asJson(event: RunEvent): JsonObject {
  return event as unknown as Json as JsonObject;
}
