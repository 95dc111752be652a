import { EXIT } from "../../core/error-codes.ts";
import { AtkError } from "../../core/errors.ts";
import type { Command } from "../command.ts";
import { printable } from "../paint.ts";
import { openContext, outJson, type Session } from "../session.ts";

const STANDARD = 20;

export const command: Command = {
  name: "history",
  summary: "show what atk did on this machine, newest first",
  args: "[names...]",
  options: [
    { flags: "--limit <number>", summary: `at most so many (${STANDARD})` },
    {
      flags: "--verify",
      summary: "check that no line of the log was changed, taken out or put between; exit 13 when one was",
    },
  ],
  details:
    "With names only what was done to resources of that name; with the number of a run all that is known of it. Changes nothing.",
  async run({ args, options }, session) {
    const { readHistory, readHistoryEntry, verifyHistory } = await import("../../app/history.ts");
    const { showRun, showRunInFull } = await import("../show-history.ts");
    const context = await openContext(session);
    if (options.flag("verify")) return sayVerified(await verifyHistory(context), session);
    const [id = ""] = args;
    if (args.length === 1 && /^\d+$/.test(id)) {
      const entry = await readHistoryEntry(Number(id), context);
      if (session.json) outJson(session, entry);
      else session.out(showRunInFull(entry));
      return EXIT.ok;
    }
    const entries = (await readHistory(args, context)).slice(0, limitOf(options.text("limit")));
    if (session.json) outJson(session, { entries });
    else if (entries.length === 0)
      session.say(`Nothing was done ${args.length === 0 ? "here" : `to ${args.map(printable).join(", ")}`} yet.`);
    else session.out(entries.map(showRun).join("\n"));
    return EXIT.ok;
  },
};

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? STANDARD);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new AtkError("E_USAGE", `--limit takes a whole number above 0, not '${text}'`);
}

function sayVerified(
  { events, torn, broken }: Awaited<ReturnType<typeof import("../../app/history.ts").verifyHistory>>,
  session: Session,
): number {
  const code = broken === undefined ? EXIT.ok : EXIT.integrity;
  if (session.json) {
    outJson(session, { events, torn, ...(broken === undefined ? {} : { broken }), exit_code: code });
    return code;
  }
  if (broken !== undefined)
    session.out(
      `! line ${broken.line} of the log${broken.file === undefined ? "" : ` (${broken.file})`}: ${printable(broken.reason)} (${events} before it are whole)`,
    );
  else session.out(`Verified: ${events} event${events === 1 ? "" : "s"}, none changed or missing.`);
  for (const line of torn) session.say(`note: line ${line} was torn by a power cut; nothing follows from it`);
  return code;
}
