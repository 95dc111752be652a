import type { Difference } from "../app/drift/differences.ts";
import type { DriftReport, ListedEdit } from "../app/drift/list-drift.ts";
import type { Json } from "../core/json.ts";
import { printable, type Paint } from "./paint.ts";
import { ignoredText } from "./show-inbox.ts";

const SAYS: Readonly<Record<ListedEdit["kind"], string>> = {
  changed: "changed since atk wrote it",
  removed: "removed since atk wrote it",
  "in-the-way": "something else is there that atk did not write",
  new: "new: the manifest does not know it",
};

/** The list for people: an edit with its place and its differences, then the three commands that answer it. */
export function showDrift(
  { edits, before, unread }: DriftReport,
  { all, paint }: { readonly all: boolean; readonly paint: Paint },
): string {
  const open = edits.filter(({ standing }) => standing !== "ignored");
  const ignored = edits.filter(({ standing }) => standing === "ignored");
  const lines = open.flatMap((edit) => [...showEdit(edit, paint), ...showAnswers(edit, paint), ""]);
  if (all) lines.push(...ignored.flatMap((edit) => [...showEdit(edit, paint), ""]));
  if (all && before.length > 0)
    lines.push(
      "There before atk, and left alone (atk drift promote takes one into the manifest):",
      ...before.map((id) => `  ${printable(id)}`),
      "",
    );
  lines.push(...unread.flatMap(({ file, message }) => [printable(file), printable(`  not looked at: ${message}`), ""]));
  return [...lines, summary(open.length, ignored.length, all)].join("\n");
}

function summary(open: number, ignored: number, all: boolean): string {
  const rest = ignored === 0 ? "" : ` ${ignored} ignored${all ? "" : " (--all shows them)"}.`;
  if (open === 0) return `No foreign edits to answer.${rest}`;
  return `${open} foreign edit${open === 1 ? "" : "s"}.${rest}`;
}

export function showEdit(edit: ListedEdit, paint: Paint): readonly string[] {
  const { id, kind, file, line, since, ignore, standing } = edit;
  const place = `${file}${line === undefined ? "" : `:${line}`}`;
  const when = since === undefined ? "" : `, file written ${since.slice(0, 16).replace("T", " ")} UTC`;
  const notes = ignore === undefined || standing === "open" ? [] : [STANDS[standing](ignore)];
  return [
    paint("bold", printable(id)),
    printable(`  ${SAYS[kind]}`),
    printable(`  ${place}${when}`),
    ...notes.map((note) => printable(`  ${note}`)),
    ...edit.differences.flatMap((difference) => showDifference(difference, paint)),
  ];
}

const STANDS: Readonly<
  Record<Exclude<ListedEdit["standing"], "open">, (ignore: NonNullable<ListedEdit["ignore"]>) => string>
> = {
  ignored: ignoredText,
  over: ({ until, reason }) => `was ignored until ${until}: ${reason}`,
  "changed-again": ({ reason }) => `has changed again since it was ignored: ${reason}`,
};

function showDifference({ at, ours, theirs }: Difference, paint: Paint): readonly string[] {
  const name = at === "" ? "" : `${at}: `;
  return [
    ...(ours === undefined ? [] : [paint("red", printable(`    - ${name}${textOf(ours)}`))]),
    ...(theirs === undefined ? [] : [paint("green", printable(`    + ${name}${textOf(theirs)}`))]),
  ];
}

const LONGEST = 300;

function textOf(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

function showAnswers({ answers }: ListedEdit, paint: Paint): readonly string[] {
  const row = (title: string, line: string): string => `  ${paint("cyan", title.padEnd(9))}${printable(line)}`;
  return [
    ...(answers.promote === undefined ? [] : [row("take it", answers.promote)]),
    row("undo it", answers.revert),
    row("leave it", answers.ignore),
  ];
}
