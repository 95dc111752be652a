import type { Restored } from "../../app/backup/restore.ts";
import { EXIT } from "../../core/error-codes.ts";
import { AtkError } from "../../core/errors.ts";
import { DRY_RUN, YES, type Command } from "../command.ts";
import { sayFault } from "../say-fault.ts";
import { sayPreview } from "../show-restore.ts";
import { openContext, outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "backup restore",
  summary: "put the data of a backup back; what is there now is kept as a backup of its own",
  args: "[name]",
  options: [
    { flags: "--id <id>", summary: "this one, or latest (the newest of this machine; the end of an id is enough)" },
    { flags: "--at <time>", summary: "the newest that is not younger: 2026-11-21, 2026-11-21T03:00" },
    { flags: "--only <path>", summary: "only this file or folder", isRepeatable: true },
    {
      flags: "--into <dir>",
      summary: "into this folder, not where it belongs; nothing is stopped or overwritten elsewhere",
    },
    { flags: "--from <target>", summary: "from this target, or a folder that holds backups", isRepeatable: true },
    { flags: "--all", summary: "everything under backups: of the manifest, each from its newest backup" },
    { flags: "--undeclared", summary: "also what nothing here names as data of it" },
    { flags: "--overwrite", summary: "do not keep what is there now" },
    DRY_RUN,
    YES,
  ],
  details:
    "Shows what it would add, overwrite and delete, and asks. Everything is unpacked beside its place and every digest compared before\nanything is touched; killed after that, the next atk finishes it. A service is stopped meanwhile. With --only nothing is deleted.",
  async run({ args, options }, session) {
    const { restoreAll } = await import("../../app/backup/restore-all.ts");
    const { confirm } = await import("../confirm.ts");
    const context = await openContext(session);
    const dryRun = options.flag("dryRun");
    const [name] = args;
    const results = await restoreAll(
      {
        name,
        all: options.flag("all"),
        id: options.text("id"),
        at: timeOf(options.text("at")),
        only: options.list("only"),
        into: options.text("into"),
        from: options.list("from"),
        dryRun,
        keepPresent: !options.flag("overwrite"),
        undeclared: options.flag("undeclared"),
        confirm: async (preview) => {
          sayPreview(preview, session);
          const again = `atk backup restore ${preview.name} --yes`;
          return confirm(`Restore ${preview.name}?`, again, { args, options }, session);
        },
      },
      context,
    );
    const code = results.every((each) => "outcome" in each && each.outcome !== "declined") ? EXIT.ok : EXIT.fault;
    if (session.json) outJson(session, { restores: results, exit_code: code });
    else
      for (const each of results) {
        if (!("outcome" in each)) sayFault(each.name, each.problem, session);
        else showRestored(each, session);
      }
    return code;
  },
};

function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  // A day is meant to its end.
  const time = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999` : text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new AtkError(
    "E_USAGE",
    `--at takes a time such as 2026-11-21 or 2026-11-21T03:00, not ${JSON.stringify(text)}`,
  );
}

function showRestored(restored: Restored, session: Session): void {
  const { name, id, outcome, kept } = restored;
  if (outcome === "shown") sayPreview(restored, session);
  else if (outcome === "unchanged") session.out(`${name}: everything is as in ${id}`);
  else if (outcome === "declined") session.say(`${name}: nothing was changed`);
  else {
    session.out(`${name}: restored from ${id}, every digest compared`);
    if (kept !== undefined)
      session.out(`  what was there is kept; to go back: atk backup restore ${name} --id ${kept}`);
  }
}
