import type { ElsewherePlan } from "../app/machines/plan-elsewhere.ts";
import type { ElsewhereChange } from "../app/machines/entry-changes.ts";
import { printable, type Paint } from "./paint.ts";

const SIGNS = { create: "+", update: "~", delete: "-", unknown: "?" } as const;
const STYLES = { create: "green", update: "yellow", delete: "red", unknown: "magenta" } as const;

/** A plan for another machine: entries, not files, because nobody here sees its files. */
export function showElsewhere(plan: ElsewherePlan, paint: Paint): string {
  return [
    paint("bold", `Plan for another machine: ${printable(plan.machine)}`),
    `  ${printable(basisText(plan))}`,
    "",
    ...plan.changes.flatMap((change) => line(change, paint)),
    ...told(plan),
    ...plan.notices.flatMap(({ message, hint }) => [
      `! ${printable(message)}`,
      ...(hint === undefined ? [] : [`  ${hint}`]),
    ]),
    summary(plan),
  ].join("\n");
}

function basisText({ basis, told: record }: ElsewherePlan): string {
  const files = "none of its files was looked at";
  if (record === undefined) return `it has told nothing, so all that it would get is shown as new; ${files}`;
  if (basis === "nothing") return `told ${record.at}; ${files}`;
  const edited = record.edited === true ? ", edited there" : "";
  return `against what it told ${record.at} (commit ${record.commit?.slice(0, 7) ?? ""}${edited}); ${files}`;
}

function line({ verdict, kind, name, agents }: ElsewhereChange, paint: Paint): readonly string[] {
  if (verdict === "noop") return [];
  const where = agents.length === 0 ? "" : ` -> ${agents.join(", ")}`;
  const why = verdict === "unknown" ? " (depends on its system, architecture or host name, which it has not told)" : "";
  return [`${paint(STYLES[verdict], SIGNS[verdict])} ${kind} ${printable(name)}${where}${why}`];
}

function told({ told: record }: ElsewherePlan): readonly string[] {
  if (record === undefined) return [];
  const words = (["drifted", "blocked", "pending"] as const).flatMap((word) =>
    record[word].map((address) => `! ${printable(address)} was ${word} there`),
  );
  return words;
}

function summary({ changes, machine }: ElsewherePlan): string {
  const count = (verdict: ElsewhereChange["verdict"]): number =>
    changes.filter((each) => each.verdict === verdict).length;
  const unknown = count("unknown") === 0 ? "" : `, ${count("unknown")} unknown`;
  const numbers = `${count("create")} to create, ${count("update")} to update, ${count("delete")} to delete`;
  return `Plan for ${printable(machine)}: ${numbers}${unknown}. It is applied there, with atk sync or atk apply.`;
}
