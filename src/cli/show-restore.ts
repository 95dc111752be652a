import type { Preview } from "../app/backup/restore.ts";
import { printable } from "./paint.ts";
import type { Session } from "./session.ts";

const SHOWN = 10;

/** What a restore would do, for people. */
export function sayPreview(
  { name, id, created, machine, target, added, replaced, deleted, same, others, notes }: Preview,
  session: Session,
): void {
  const at = created.slice(0, 16).replace("T", " ");
  session.say(printable(`${name} as of ${at} UTC (${id}, made on ${machine}, in ${target}):`));
  for (const [mark, what, paths] of [
    ["+", "to add", added],
    ["~", "to overwrite", replaced],
    ["-", "to delete", deleted],
  ] as const) {
    for (const path of paths.slice(0, SHOWN)) session.say(printable(`  ${mark} ${path}`));
    if (paths.length > SHOWN) session.say(`  ${mark} and ${paths.length - SHOWN} more ${what}`);
  }
  for (const other of others) session.say(printable(`  ~ ${other}`));
  for (const note of notes) session.say(printable(`  note: ${note}`));
  session.say(
    `  ${added.length} to add, ${replaced.length} to overwrite, ${deleted.length} to delete, ${same} as they are`,
  );
}
