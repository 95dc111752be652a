import { AtkError } from "../core/errors.ts";
import type { Host, RunResult } from "../core/host.ts";
import { cronLine } from "../services/units/cron-line.ts";
import type { TimerManager, TimerWish } from "./timer-manager.ts";

const CALL_LIMIT_MS = 10_000;
/** Debian's and FreeBSD's cron refuse a longer command. (MAX_COMMAND in cron.h) */
const LONGEST_COMMAND = 999;

/** Lines of the user's crontab, each known by the comment at its end. Others are left as they are. */
export const cronTimers: TimerManager = {
  id: "cron",
  describe: lineOf,
  async observe({ name }, host) {
    const found = linesOf(await readCrontab(host)).filter((line) => isOf(line, name));
    return found.length === 0 ? undefined : found.join("\n");
  },
  async install(wish, host) {
    const line = lineOf(wish);
    await editCrontab(host, (lines) => [...lines.filter((each) => !isOf(each, wish.name)), line]);
  },
  remove: (name, host) => editCrontab(host, (lines) => lines.filter((each) => !isOf(each, name))),
  times: async (name, host) => ({ isActive: linesOf(await readCrontab(host)).some((line) => isOf(line, name)) }),
};

/** The shell that cron starts takes what follows the sign for a comment. */
function lineOf({ name, ticks, command }: TimerWish): string {
  // cron would send what it prints as mail; `atk timers` shows the end of it.
  const line = `${cronLine(ticks.schedule, command)} >/dev/null 2>&1 # ${name}`;
  if (line.length <= LONGEST_COMMAND) return line;
  throw new AtkError("E_SERVICE", `timer ${name} cannot be set up: cron takes at most ${LONGEST_COMMAND} characters`, {
    hint: "move the home, or atk, to a shorter path",
  });
}

function isOf(line: string, name: string): boolean {
  return line.trimEnd().endsWith(` # ${name}`) && !line.trimStart().startsWith("#");
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

async function readCrontab(host: Host): Promise<string> {
  const result = await crontab(["-l"], undefined, host);
  if (result.exitCode === 0 && !result.timedOut) return result.stdout;
  if (/no crontab for/i.test(result.stderr)) return "";
  throw refused("could not be read", result);
}

async function editCrontab(host: Host, edit: (lines: readonly string[]) => readonly string[]): Promise<void> {
  const before = await readCrontab(host);
  const after = edit(linesOf(before))
    .map((line) => `${line}\n`)
    .join("");
  if (after === before) return;
  const result = after === "" ? await crontab(["-r"], undefined, host) : await crontab(["-"], after, host);
  if (result.exitCode !== 0 || result.timedOut) throw refused("could not be written", result);
}

async function crontab(args: readonly string[], input: string | undefined, host: Host): Promise<RunResult> {
  const command = await host.programs.find("crontab");
  if (command === undefined)
    throw new AtkError("E_PROGRAM", "crontab is not on PATH", { hint: "apt install cron, or its like" });
  const env = { LC_ALL: "C" };
  return host.programs.run({ command, args, env, timeoutMs: CALL_LIMIT_MS, ...(input === undefined ? {} : { input }) });
}

function refused(failed: string, { stderr, timedOut }: RunResult): AtkError {
  const said = timedOut ? "it did not answer" : (stderr.trim().split("\n").at(-1) ?? "");
  return new AtkError("E_SERVICE", `the crontab ${failed}: ${said}`, { hint: "crontab -l" });
}
