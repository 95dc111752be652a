import type { Exported } from "../../app/export/export-manifest.ts";
import type { Command } from "../command.ts";
import { printable } from "../paint.ts";
import { openContext, outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "export",
  summary: "the manifest and what belongs to it as one file to share, secrets left out",
  options: [{ flags: "-o, --output <file>", summary: "write it there (else: to stdout)" }],
  details:
    "Has the manifest with its comments, the digests of the lock, and the texts of skills and instructions. Values of secrets become { secret: NAME }; what names a place of this machine is left out, and said. Somebody else takes it in with atk init --from FILE.",
  async run({ options }, session) {
    const { exportManifest } = await import("../../app/export/export-manifest.ts");
    const exported = await exportManifest(await openContext(session));
    const file = options.text("output");
    if (file !== undefined) {
      const { writeNew } = await import("../../app/export/write-new.ts");
      await writeNew(file, exported.text, session.host);
    }
    if (session.json) outJson(session, { ...exported, ...(file === undefined ? {} : { file }) });
    else {
      if (file === undefined) session.outBare(exported.text);
      sayNotes(exported, session);
      if (file !== undefined) session.say(`Written to ${file}. To take it in: atk init --from ${file}`);
    }
    return 0;
  },
};

function sayNotes({ notes }: Exported, session: Session): void {
  for (const { section, entry, note, isLeftOut } of notes)
    session.say(printable(`${isLeftOut ? "left out: " : ""}${section}${entry === "" ? "" : ` ${entry}`}: ${note}`));
}
