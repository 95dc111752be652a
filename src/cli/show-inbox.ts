import type { Change, Plan } from "../core/plan.ts";
import { printable, type Paint } from "./paint.ts";

/** `ignored until 2026-12-21: trying a beta by hand` */
export function ignoredText({ until, reason }: NonNullable<Change["ignored"]>): string {
  return `ignored until ${until}: ${reason}`;
}

/** What plan and status say of edits of others: how many are to be answered, and what is left alone until when. */
export function showInbox(
  { inbox, changes = [] }: { readonly inbox?: Plan["inbox"]; readonly changes?: Plan["changes"] },
  paint: Paint,
): readonly string[] {
  if (inbox === undefined) return [];
  const { open, ignored } = inbox;
  const shown = new Set(changes.filter(({ verdict }) => verdict === "ignored").map(({ address }) => address));
  const said = ignored.filter(({ id }) => !shown.has(id));
  const count = `${open} foreign edit${open === 1 ? "" : "s"}: atk drift`;
  return [
    ...(open === 0 ? [] : ["", `${paint("yellow", "note")} ${count}`]),
    ...(said.length === 0 ? [] : [""]),
    ...said.map((each) => paint("dim", printable(`. ${each.id} is ${ignoredText(each)}`))),
  ];
}
