import type { Command } from "../command.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "timers run",
  summary: "do now what a timer does",
  args: "<id>",
  options: [{ flags: "--scheduled", summary: "as the system starts it: nothing is done before it is due" }],
  details:
    "Ends with the exit code of what it runs; 0 when it was skipped because the last run, or another atk, is still at work. " +
    "The end of what it prints is kept, see atk timers --json.",
  async run({ args, options }, session) {
    const { runTimer } = await import("../../app/timers/run-timer.ts");
    const [id = ""] = args;
    const asked = { scheduled: options.flag("scheduled"), signal: session.interruption(), onOutput };
    const done = await runTimer(id, asked, await openHome(session));
    if (session.json) outJson(session, done);
    if (done.outcome === "ran") return done.exitCode;
    session.say(done.why === "busy" ? `Skipped: another atk is at work.` : `Skipped: it is not due yet.`);
    return 0;

    function onOutput(chunk: string): void {
      session.say(chunk.replace(/\n$/, ""));
    }
  },
};
