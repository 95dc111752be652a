import type { Restored } from "../../app/backup/restore.ts";
import type { Context } from "../../app/context.ts";
import type { Undo } from "../../app/undo/prepare-undo.ts";
import { AtkError } from "../../core/errors.ts";
import { runChange } from "../change-command.ts";
import { DRY_RUN, YES, type Command } from "../command.ts";
import { printable } from "../paint.ts";
import { openContext, outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "undo",
  summary: "put back what a run of atk changed on this machine",
  args: "[id]",
  options: [
    YES,
    DRY_RUN,
    { flags: "--file <path>", summary: "one whole file, as it was before atk wrote in it for the first time" },
    { flags: "--into <path>", summary: "with --file: write it there, and leave the file as it is" },
    { flags: "--keep-theirs", summary: "leave what was changed since as it is, and put everything else back" },
    { flags: "--keep-data", summary: "leave a plugin's data as it is, also where a backup was made before the run" },
    { flags: "--secrets", summary: "also a change of secrets: old values come back" },
  ],
  details: `Without an id the newest run that was not undone yet; atk history shows the ids. The manifest, the lock, entries in files of
agents, links and plugins are put back as they were found; install commands and services follow from the manifest. What others
wrote beside an entry stays. Refused when something was changed since, by hand or by a later run. An undo is a run itself:
undoing it does the thing again. Exit 11 when something was changed since.`,
  async run(invocation, session) {
    const { prepareUndo } = await import("../../app/undo/prepare-undo.ts");
    const context = await openContext(session);
    const { options } = invocation;
    const file = options.text("file");
    if (file !== undefined) return (await import("../undo-file.ts")).undoFile(file, invocation, session, context);
    const undo = await prepareUndo(
      {
        id: idOf(invocation.args[0]),
        keepTheirs: options.flag("keepTheirs"),
        secrets: options.flag("secrets"),
      },
      context,
    );
    const { run } = undo;
    session.say(`Undo run ${run.id} of ${run.at.slice(0, 16).replace("T", " ")}: ${printable(run.label)}`);
    const introduce = async (): Promise<void> => sayEntries(undo, session);
    const printed: string[] = [];
    const inner: Session = session.json ? { ...session, out: (text) => void printed.push(text) } : session;
    const words = { ...undo.request, unchecked: true };
    let isBegun = false;
    const begin = async (): Promise<void> => void (isBegun = true);
    const question = "Put this back?";
    const code = await runChange(words, invocation, inner, context, { introduce, begin, question });
    const data = isBegun && !options.flag("keepData") ? await restoreData(run.snapshot, session, context) : undefined;
    if (session.json) {
      const outcome = JSON.parse(printed.join("") || "{}") as object;
      const manifest = undo.manifestChanges().map(({ id }) => id);
      outJson(session, {
        run: run.id,
        kept: undo.kept(),
        manifest,
        ...(data === undefined ? {} : { data }),
        ...outcome,
      });
      return code;
    }
    for (const { address, file, message } of undo.kept())
      session.say(printable(`  left as it is: ${address} ${message}${file === undefined ? "" : ` (${file})`}`));
    return code;
  },
};

/** The data as the backups before the run have it. @throws AtkError E_BACKUP: everything else is put back then */
async function restoreData(
  snapshot: string | undefined,
  session: Session,
  context: Context,
): Promise<readonly Restored[] | undefined> {
  if (snapshot === undefined) return undefined;
  const { readSnapshot, restoreSnapshot } = await import("../../app/upgrade/snapshot-before.ts");
  const all: Restored[] = [];
  for (const found of readSnapshot(snapshot)) {
    const restored = await context.step(`Bring the data of ${found.name} back`, () => restoreSnapshot(found, context));
    const kept = restored.kept === undefined ? "" : `; what was there is kept as backup ${restored.kept}`;
    session.say(`${found.name}: its data is as it was before, from backup ${found.id}${kept}`);
    all.push(restored);
  }
  return all;
}

/** @throws AtkError E_USAGE */
function idOf(text: string | undefined): number | undefined {
  const id = Number(text ?? 1);
  if (!Number.isInteger(id) || id <= 0)
    throw new AtkError("E_USAGE", `a run has a whole number, not '${text}'`, { hint: "atk history" });
  return text === undefined ? undefined : id;
}

function sayEntries(undo: Undo, session: Session): void {
  if (session.json) return;
  for (const { id, before, after } of undo.manifestChanges()) {
    const sign = before === undefined ? "+" : after === undefined ? "-" : "~";
    session.say(printable(`  ${sign} ${id} in the manifest`));
  }
}
