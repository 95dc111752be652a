import { isObject, type Json } from "../../core/json.ts";
import type { LogEvent } from "../../log/event-log.ts";
import type { Context } from "../context.ts";
import { openLog } from "../record-applied.ts";
import type { RunEvent } from "../run-event.ts";

/** One run of the log. */
export interface Run extends RunEvent {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly stream: string;
  /** Number of the run that took it back and was not taken back itself. */
  readonly undoneBy?: number;
}

/** All runs of this machine for this manifest, oldest first. */
export async function readRuns(context: Context): Promise<readonly Run[]> {
  const runs = (await (await openLog(context)).read()).flatMap(runOf);
  const undone = undoneRuns(runs);
  return runs.map((run) => {
    const by = undone.get(run.id);
    return by === undefined ? run : { ...run, undoneBy: by };
  });
}

/** From the newest back: an undo that was undone itself undoes nothing. */
function undoneRuns(runs: readonly Run[]): ReadonlyMap<number, number> {
  const undone = new Map<number, number>();
  for (const { id, undoes } of runs.toReversed()) {
    if (undoes !== undefined && !undone.has(id) && !undone.has(undoes)) undone.set(undoes, id);
  }
  return undone;
}

/** Runs after `run` that still count, newest first: of an undo and what it undid neither does. */
export function laterRuns(run: Run, runs: readonly Run[]): readonly Run[] {
  const later = runs.filter(({ id }) => id > run.id);
  const counts = ({ undoneBy, undoes }: Run): boolean =>
    undoneBy === undefined && (undoes === undefined || undoes < run.id);
  return later.filter(counts).toReversed();
}

function runOf({ seq, at, stream, data }: LogEvent): readonly Run[] {
  if (!isObject(data)) return [];
  const { label, machine, user, command, commit, tx, undoes, snapshot, follows, changes } = data;
  return [
    {
      id: seq,
      at,
      stream,
      label: textOf(label) ?? "",
      machine: textOf(machine) ?? "",
      user: textOf(user) ?? "",
      changes: Array.isArray(changes) ? changes.flatMap(changeOf) : [],
      ...optional("command", textOf(command)),
      ...optional("commit", textOf(commit)),
      ...optional("tx", textOf(tx)),
      ...optional("snapshot", textOf(snapshot)),
      ...optional("undoes", typeof undoes === "number" ? undoes : undefined),
      ...(follows === true ? { follows } : {}),
    },
  ];
}

function optional<Name extends string, T>(name: Name, value: T | undefined): Partial<Record<Name, T>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, T>);
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function changeOf(change: Json): RunEvent["changes"] {
  if (!isObject(change)) return [];
  const { address, verdict, resolution } = change;
  if (typeof address !== "string" || typeof verdict !== "string") return [];
  const decided = textOf(resolution) as RunEvent["changes"][number]["resolution"];
  return [{ address, verdict, ...(decided === undefined ? {} : { resolution: decided }) }];
}
