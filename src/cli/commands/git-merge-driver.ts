import { EXIT } from "../../core/error-codes.ts";
import { AtkError } from "../../core/errors.ts";
import type { Command } from "../command.ts";
import { printable } from "../paint.ts";

export const command: Command = {
  name: "git-merge-driver",
  summary: "merge one file of a home by what it means; git runs this",
  args: "<base> <ours> <theirs> <path>",
  isHidden: true,
  details:
    "git runs it for the files that .gitattributes names (atk init sees to that), so that git pull, merge and rebase join them entry by entry. The result takes the place of <ours>.\nExit 1 when both sides changed the same field: the file has our value then, git keeps the path as a conflict, and the fields are told on stderr.",
  async run({ args: [base, ours, theirs, path] }, session) {
    if (base === undefined || ours === undefined || theirs === undefined || path === undefined)
      throw new AtkError("E_USAGE", "git gives four words: %O %A %B %P");
    const { runMergeDriver } = await import("../../app/merge/run-merge-driver.ts");
    const { disagreements } = await runMergeDriver({ base, ours, theirs, path }, session.host);
    for (const { id } of disagreements)
      session.say(`${printable(path)}: both sides changed ${printable(id)}; it has our value now`);
    if (disagreements.length === 0) return EXIT.ok;
    session.say(`  to choose: edit ${printable(path)}, then git add and git commit`);
    return CONFLICT;
  },
};

/** Any exit code from 1 to 127 is a conflict to git. (gitattributes(5)) */
const CONFLICT = 1;
