import { AtkError } from "../core/errors.ts";
import type { Verification } from "../log/event-log.ts";
import type { Context } from "./context.ts";
import { openLog } from "./record-applied.ts";
import type { RunEvent } from "./run-event.ts";

/** One thing that atk did here. */
export interface HistoryEntry {
  /** Its number in the machine's log, from 1. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What was asked for, as in the commit. */
  readonly what: string;
  /** `apply`: by a plan. `service`, `command`: past it. */
  readonly kind: string;
  readonly machine?: string;
  readonly user?: string;
  /** Words of the command, without its arguments. */
  readonly command?: string;
  /** Resources and what was done to each. */
  readonly changes: RunEvent["changes"];
  /** The commit in the manifest's repository that goes with it. */
  readonly commit?: string;
  /** Number of the run that this took back. */
  readonly undoes?: number;
  readonly undone_by?: number;
  /** Backup that was made before it. */
  readonly snapshot?: string;
}

/** What atk did on this machine with this manifest, newest first; with names only what concerns those entries' resources. */
export async function readHistory(names: readonly string[], context: Context): Promise<readonly HistoryEntry[]> {
  const { readRuns } = await import("./undo/runs.ts");
  const all = (await readRuns(context)).map(entryOf).reverse();
  return names.length === 0 ? all : all.filter((entry) => names.some((name) => concerns(entry, name)));
}

/** One of them. @throws AtkError E_USAGE when there is none of that number */
export async function readHistoryEntry(id: number, context: Context): Promise<HistoryEntry> {
  const found = (await readHistory([], context)).find((entry) => entry.id === id);
  if (found !== undefined) return found;
  throw new AtkError("E_USAGE", `there is no run ${id} on this machine`, { hint: "atk history" });
}

/** Whether every line of the log is as it was written, and none is missing. Reads all of it. */
export async function verifyHistory(context: Context): Promise<Verification> {
  return (await openLog(context)).verify();
}

type Run = Awaited<ReturnType<typeof import("./undo/runs.ts").readRuns>>[number];

function entryOf({
  id,
  at,
  label,
  stream,
  machine,
  user,
  command,
  changes,
  commit,
  undoes,
  undoneBy,
  snapshot,
}: Run): HistoryEntry {
  const found = { machine, user, command, commit, undoes, undone_by: undoneBy, snapshot };
  const told = Object.entries(found).filter(([, value]) => value !== undefined && value !== "");
  return { id, at, what: label, kind: stream, ...Object.fromEntries(told), changes };
}

/** `mcp_server.github@cursor` and `plugin.github` are of github. */
function concerns({ changes }: HistoryEntry, name: string): boolean {
  return changes.some(({ address }) => address.replace(/^[a-z_]+\./, "").replace(/[@ ].*$/, "") === name);
}
