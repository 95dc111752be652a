import type { Created } from "../../app/backup/create.ts";
import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { printable } from "../paint.ts";
import { sayFault } from "../say-fault.ts";
import { openContext, outJson, type Session } from "../session.ts";
import { showBytes } from "../show-bytes.ts";

export const command: Command = {
  name: "backup create",
  summary: "keep a copy of the data of plugins and folders, and read it again to see that it is good",
  args: "[names...]",
  options: [
    { flags: "--all", summary: "everything under backups: of the manifest" },
    {
      flags: "--to <target>",
      summary: "to this target or folder instead of those of the manifest",
      isRepeatable: true,
    },
    { flags: "--scheduled", summary: "note that a timer made it" },
  ],
  details:
    "A service is stopped meanwhile where its plugin needs that, and started again whatever happens. Databases of SQLite are copied by\nSQLite itself. What keep: does not want any more is removed afterwards. Exit 1 when any could not be made, or not on every target.",
  async run({ args, options }, session) {
    const { createBackups } = await import("../../app/backup/create.ts");
    const context = await openContext(session);
    const created = await createBackups(
      {
        names: args,
        all: options.flag("all"),
        to: options.list("to"),
        reason: options.flag("scheduled") ? "schedule" : "asked",
        signal: session.interruption(),
      },
      context,
    );
    const code = created.every(({ outcome }) => outcome === "made") ? EXIT.ok : EXIT.fault;
    if (session.json) outJson(session, { backups: created, exit_code: code });
    else for (const each of created) show(each, session);
    if (created.length === 0) session.say("Nothing under backups: in the manifest is for this machine.");
    return code;
  },
};

function show(
  { name, outcome, id, files = 0, sizeBytes = 0, targets, notes, problem, pruned }: Created,
  session: Session,
): void {
  if (outcome !== "failed") {
    const good = targets.filter((each) => each.problem === undefined).map(({ target }) => target);
    session.out(
      printable(
        `${name}: ${id}, ${files} file${files === 1 ? "" : "s"}, ${showBytes(sizeBytes)}, verified in ${good.join(", ")}`,
      ),
    );
  }
  for (const note of notes) session.say(`  note: ${printable(note)}`);
  if (problem !== undefined) sayFault(name, problem, session);
  for (const { target, problem: fault } of targets)
    if (fault !== undefined) sayFault(`${name} to ${target}`, fault, session);
  if (pruned.length > 0) session.say(`  removed ${pruned.length} that keep: does not want any more`);
}
