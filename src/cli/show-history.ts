import type { HistoryEntry } from "../app/history.ts";
import { printable } from "./paint.ts";

/** How many resources of a run are named in the list. */
const NAMED = 12;

/** One run in the list: when, where, what, and its resources. */
export function showRun(entry: HistoryEntry): string {
  const { id, at, what, machine, commit, undone_by: undoneBy } = entry;
  const told = [
    ...(machine === undefined ? [] : [`on ${machine}`]),
    ...(commit === undefined ? [] : [commit.slice(0, 7)]),
    ...(undoneBy === undefined ? [] : [`undone by ${undoneBy}`]),
  ];
  const head = `${String(id).padStart(4)}  ${timeOf(at)}  ${printable(what)}`;
  const more = entry.changes.length - NAMED;
  const rest = more > 0 ? [`        and ${more} more: atk history ${id}`] : [];
  return [
    told.length === 0 ? head : `${head}  (${printable(told.join(", "))})`,
    ...entry.changes.slice(0, NAMED).map(showChange),
    ...rest,
  ].join("\n");
}

/** Everything that is known of one run. */
export function showRunInFull(entry: HistoryEntry): string {
  const { id, at, what, kind, machine, user, command, commit, undoes, undone_by: undoneBy, snapshot } = entry;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["run", String(id)],
    ["when", at],
    ["what", what],
    ["kind", kind],
    ["command", command === undefined ? undefined : `atk ${command}`],
    ["machine", machine],
    ["user", user],
    ["commit", commit],
    ["undoes", undoes === undefined ? undefined : `run ${undoes}`],
    ["undone", undoneBy === undefined ? undefined : `by run ${undoneBy}`],
    ["backup", snapshot],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name.padEnd(8)} ${printable(value)}`],
  );
  return [...lines, ...entry.changes.map(showChange)].join("\n");
}

function showChange({ address, verdict, resolution }: HistoryEntry["changes"][number]): string {
  const decided = resolution === undefined ? "" : ` (${resolution})`;
  return printable(`        ${verdict.padEnd(7)} ${address}${decided}`);
}

function timeOf(at: string): string {
  return at.slice(0, 19).replace("T", " ");
}
