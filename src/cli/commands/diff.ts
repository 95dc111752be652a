import type { Difference, RevisionDiff } from "../../app/revisions/diff-revision.ts";
import { EXIT } from "../../core/error-codes.ts";
import { isObject, type Json } from "../../core/json.ts";
import type { Command } from "../command.ts";
import { painter, printable, type Paint } from "../paint.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "diff",
  summary: "show which entries of the manifest and the lock differ from a revision",
  args: "[revision]",
  options: [{ flags: "--check", summary: "exit with 10 when there is a difference" }],
  details: `By entry, not by line: comments, order and layout do not count. The revision is a commit, tag, branch or time as for atk rollback;
HEAD when none is given. How this machine differs from the manifest is one line: atk plan shows it. Values that may be secret are hidden.`,
  async run({ args, options }, session) {
    const { diffRevision } = await import("../../app/revisions/diff-revision.ts");
    const context = await openContext(session);
    const diff = await diffRevision(args[0] ?? "HEAD", context);
    const differs = diff.manifest.length + diff.lock.length > 0;
    const code = options.flag("check") && differs ? EXIT.changesPending : EXIT.ok;
    if (session.json) outJson(session, { ...diff, exit_code: code });
    else session.out(show(diff, painter(session.color.stdout)));
    return code;
  },
};

function show(diff: RevisionDiff, paint: Paint): string {
  const { commit, manifest, lock, machine } = diff;
  const parts = [...section("manifest", manifest, paint), ...section("lock", lock, paint)];
  const same = `The manifest and the lock are as in ${commit.slice(0, 7)}.`;
  const pending = machine.create + machine.update + machine.delete + machine.adopt + machine.forget;
  const plan = pending === 0 ? [] : [`This machine: ${pending} change${pending === 1 ? "" : "s"} pending: atk plan`];
  return [...(parts.length === 0 ? [same] : parts), ...plan].join("\n");
}

function section(name: string, differences: readonly Difference[], paint: Paint): readonly string[] {
  if (differences.length === 0) return [];
  return [paint("bold", name), ...differences.flatMap((each) => showEntry(each, paint))];
}

const SIGNS = { added: ["+", "green"], removed: ["-", "red"], changed: ["~", "yellow"] } as const;

function showEntry({ entry, change, before, after }: Difference, paint: Paint): readonly string[] {
  const [sign, color] = SIGNS[change];
  const value = change === "changed" ? "" : brief(change === "added" ? after : before);
  const head = printable(`${entry}${value === "" ? "" : `  ${value}`}`);
  const fields = change === "changed" ? changedFields(before, after) : [];
  return [`  ${paint(color, sign)} ${head}`, ...fields.map((line) => `      ${printable(line)}`)];
}

function changedFields(before: Json | undefined, after: Json | undefined): readonly string[] {
  if (!isObject(before) || !isObject(after)) return [`${brief(before)} -> ${brief(after)}`];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [from, to] = [brief(before[name]), brief(after[name])];
    return from === to && JSON.stringify(before[name]) === JSON.stringify(after[name])
      ? []
      : [`${name}: ${from} -> ${to}`];
  });
}

const LONGEST = 60;

function brief(value: Json | undefined): string {
  if (value === undefined) return "-";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}
