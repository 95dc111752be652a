import type { ListedTimer } from "../../app/timers/list-timers.ts";
import type { Command } from "../command.ts";
import { openHome, outJson } from "../session.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "timers",
  summary: "show what atk does by the clock on this machine",
  details:
    "Timers are declared in the manifest (`sync: { schedule: hourly }`, `schedule` of a backup) and set up by atk apply. " +
    "Times are this machine's. Changes nothing.",
  async run(_invocation, session) {
    const { listTimers } = await import("../../app/timers/list-timers.ts");
    const timers = await listTimers(await openHome(session));
    if (session.json) outJson(session, { timers });
    else if (timers.length === 0) session.say("No timers. Declare one in atk.yaml, e.g. sync: { schedule: hourly }");
    else session.out(table(["TIMER", "STATE", "SCHEDULE", "BY", "NEXT", "LAST"], timers.map(rowOf)));
    if (!session.json)
      for (const { id, problem } of timers) if (problem !== undefined) session.say(`! ${id}: ${problem}`);
    return 0;
  },
};

function rowOf({ id, state, schedule = "-", manager, next, last }: ListedTimer): readonly string[] {
  return [id, state, schedule, manager ?? "-", next === undefined ? "-" : local(next), lastOf(last)];
}

function lastOf(last: ListedTimer["last"]): string {
  if (last === undefined) return "-";
  const how = last.exitCode === undefined ? "did not end" : last.exitCode === 0 ? "ok" : `exit ${last.exitCode}`;
  return `${local(last.started)} (${how})`;
}

/** `2026-11-21 15:00`, as the clock of this machine shows it. */
function local(moment: string): string {
  const at = new Date(moment);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
