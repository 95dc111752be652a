import { isObject, type Json } from "../core/json.ts";
import type { LogEvent, Verification } from "../log/event-log.ts";
import type { Context } from "./context.ts";

/** One thing that atk did here. */
export interface HistoryEntry {
  /** Its number in the machine's log, from 1. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What was asked for, as in the commit. */
  readonly what: string;
  /** Resources and what was done to each. */
  readonly changes: readonly { readonly address: string; readonly verdict: string }[];
  /** The commit in the manifest's repository that goes with it. */
  readonly commit?: string;
}

/** What atk did on this machine with this manifest, newest first; with names only what concerns those entries' resources. */
export async function readHistory(names: readonly string[], context: Context): Promise<readonly HistoryEntry[]> {
  const events = await (await logOf(context)).read("apply");
  const all = events.flatMap(entryOf).reverse();
  return names.length === 0 ? all : all.filter((entry) => names.some((name) => concerns(entry, name)));
}

/** Whether every line of the log is as it was written, and none is missing. Reads all of it. */
export async function verifyHistory(context: Context): Promise<Verification> {
  return (await logOf(context)).verify();
}

async function logOf({
  host,
  workspace,
}: Context): Promise<ReturnType<typeof import("../log/event-log.ts").openEventLog>> {
  const { openEventLog } = await import("../log/event-log.ts");
  return openEventLog({ files: host.files, directory: workspace.stateDirectory, now: () => host.now() });
}

function entryOf({ seq, at, data }: LogEvent): readonly HistoryEntry[] {
  if (!isObject(data)) return [];
  const { label, commit, changes } = data;
  const what = typeof label === "string" ? label : "";
  const listed = Array.isArray(changes) ? changes.flatMap(changeOf) : [];
  return [{ id: seq, at, what, changes: listed, ...(typeof commit === "string" ? { commit } : {}) }];
}

function changeOf(change: Json): HistoryEntry["changes"] {
  if (!isObject(change)) return [];
  const { address, verdict } = change;
  return typeof address === "string" && typeof verdict === "string" ? [{ address, verdict }] : [];
}

/** `mcp_server.github@cursor` and `plugin.github` are of github. */
function concerns({ changes }: HistoryEntry, name: string): boolean {
  return changes.some(({ address }) => address.replace(/^[a-z_]+\./, "").replace(/[@ ].*$/, "") === name);
}
