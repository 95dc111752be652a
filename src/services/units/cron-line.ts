import { AtkError } from "../../core/errors.ts";
import { rhythmOf, type Schedule } from "./schedule.ts";

/**
 * A line of a crontab, without its line end. (crontab(5))
 * @throws AtkError E_USAGE for a word that a line cannot hold, and for spans that cron does not know: those that divide neither an hour nor a day
 */
export function cronLine(schedule: Schedule, command: readonly string[]): string {
  return `${times(schedule)} ${command.map(quoted).join(" ")}`;
}

function times(schedule: Schedule): string {
  const rhythm = rhythmOf(schedule);
  switch (rhythm.kind) {
    case "minutes of the hour":
      return `${rhythm.every === 1 ? "*" : `*/${rhythm.every}`} * * * *`;
    case "hours of the day":
      return `0 ${rhythm.every === 1 ? "*" : `*/${rhythm.every}`} * * *`;
    case "clock":
      return `${rhythm.minute} ${rhythm.hour ?? "*"} ${rhythm.day ?? "*"} * ${rhythm.weekday ?? "*"}`;
    case "any span":
      throw new AtkError("E_USAGE", `cron cannot run anything every ${rhythm.every} minutes`, {
        hint: "a number of minutes that divides an hour or a day, as 15 or 120",
      });
  }
}

function quoted(word: string): string {
  if (/[\n\r\0]/.test(word))
    throw new AtkError("E_USAGE", "a line of a crontab cannot hold a line end or a NUL", {
      hint: "put it into a script",
    });
  if (/^[A-Za-z0-9_./:=,+@-]+$/.test(word)) return word;
  return `'${percentOff(word.replaceAll("'", String.raw`'\''`))}'`;
}

/**
 * cron ends the command at a percent sign without a backslash before it, and takes that backslash away. The crons of Debian and FreeBSD also
 * make one of two backslashes, so no backslash of the word may stand before either: the quotes are closed and opened in between.
 * (do_command.c: FreeBSD usr.sbin/cron, Debian cron 3.0pl1; not so in cronie)
 */
function percentOff(text: string): string {
  return text.replaceAll(/\\(?=[\\%])/g, String.raw`\''`).replaceAll("%", String.raw`\%`);
}
