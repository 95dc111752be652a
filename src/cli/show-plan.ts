import type { Verdict } from "../core/decide.ts";
import type { Change, Plan, PlanApproval } from "../core/plan.ts";
import { showPlace } from "../core/errors.ts";
import { isObject } from "../core/json.ts";
import { ignoredText, showInbox } from "./show-inbox.ts";
import { printable, type Paint } from "./paint.ts";

const SIGNS: Readonly<Record<Verdict, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  adopt: "=",
  forget: "=",
  noop: " ",
  unmanaged: "!",
  drifted: "!",
  ignored: ".",
  blocked: "!",
};
const COLORS = {
  "+": "green",
  "~": "yellow",
  "-": "red",
  "=": "cyan",
  "!": "magenta",
  ".": "dim",
  " ": "dim",
} as const;

/** The plan for people: grouped by entry, one line for a change, inner differences below it, one summary line. */
export async function showPlan(plan: Plan, paint: Paint): Promise<string> {
  const shown = plan.changes.filter((change) => change.verdict !== "noop");
  const lines: string[] = [];
  let owner: string | undefined;
  for (const change of shown) {
    if (change.owner !== owner) lines.push("", paint("bold", printable(change.owner)));
    owner = change.owner;
    lines.push(...(await showChange(change, paint)));
  }
  for (const approval of plan.approvals ?? []) lines.push(...showApproval(approval, paint));
  for (const notice of plan.notices) lines.push(...showNotice(notice, paint));
  lines.push(...showInbox(plan, paint), "", showSummary(plan));
  return lines.join("\n").replace(/^\n+/, "");
}

async function showChange(change: Change, paint: Paint): Promise<readonly string[]> {
  const sign = SIGNS[change.verdict];
  const head = `  ${paint(COLORS[sign as keyof typeof COLORS], sign)} ${titleOf(change)}`;
  const inner = await showDiff(change, paint);
  return [head, ...inner, ...showLaunch(change, paint), ...showProblem(change, paint), ...showIgnored(change, paint)];
}

/** Behind the launcher's entry stands another command, which is the one people have to judge. */
function showLaunch({ noun, summary, diff }: Change, paint: Paint): readonly string[] {
  if (noun !== "mcp_server" || diff?.after === undefined || !summary?.includes("(through atk mcp run")) return [];
  return [`      ${paint("dim", printable(`runs: ${summary}`))}`];
}

function titleOf(change: Change): string {
  const where = change.agents.length === 0 ? "" : ` -> ${change.agents.join(", ")}`;
  const verb =
    change.verdict === "adopt"
      ? " (already there, equal: taken note of)"
      : change.verdict === "forget"
        ? " (let go)"
        : "";
  if (change.noun === "service") return printable(`service ${nameOf(change)}: ${serviceText(change)}${verb}`);
  if (change.noun === "timer") return printable(`timer ${nameOf(change)}${timerText(change)}${verb}`);
  const place = placeOf(change);
  return printable(`${change.noun} ${nameOf(change)}${where}${place === "" ? "" : `  ${place}`}${verb}`);
}

function timerText({ summary }: Change): string {
  return summary === undefined ? "" : `  ${summary}`;
}

function serviceText({ verdict, summary }: Change): string {
  if (summary !== undefined) return summary;
  return verdict === "delete" ? "running -> stopped" : "";
}

function nameOf(change: Change): string {
  return change.address.slice(change.noun.length + 1).replace(/@[^@/]*$/, "");
}

function placeOf({ locator }: Change): string {
  if (locator.kind === "tree") return locator.directory;
  return "file" in locator ? locator.file : "";
}

async function showDiff(change: Change, paint: Paint): Promise<readonly string[]> {
  if (change.noun === "service" || change.noun === "timer") return [];
  if (change.diff === undefined)
    return change.summary === undefined ? [] : [`      ${paint("dim", printable(change.summary))}`];
  const { before, after } = change.diff;
  if (before === undefined || after === undefined) return showValue(after ?? before, change, paint);
  // A CommonJS module: its exports are the default export.
  const { diffString } = (await import("json-diff")).default;
  const text: string = diffString(before, after, { color: false });
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && line.trim() !== "{" && line.trim() !== "}")
    .map((line) => `      ${colored(printable(line), paint)}`);
}

function showValue(value: unknown, change: Change, paint: Paint): readonly string[] {
  if (typeof value === "string")
    return value
      .split("\n")
      .slice(0, 3)
      .map((line) => `      ${paint("dim", printable(line))}`);
  if (change.verdict === "delete" || !isObject(value)) return [];
  return Object.entries(value).map(
    ([key, member]) => `      ${paint("dim", printable(`${key}: ${JSON.stringify(member)}`))}`,
  );
}

function colored(line: string, paint: Paint): string {
  if (line.startsWith("+")) return paint("green", line);
  return line.startsWith("-") ? paint("red", line) : line;
}

function showProblem({ problem }: Change, paint: Paint): readonly string[] {
  if (problem === undefined) return [];
  const at = problem.at === undefined || problem.message.includes(problem.at.file) ? "" : `${showPlace(problem.at)}: `;
  const lines = [`      ${printable(at + problem.message)}`];
  if (problem.hint !== undefined) lines.push(`      ${paint("cyan", "next:")} ${printable(problem.hint)}`);
  return lines;
}

function showIgnored({ ignored }: Change, paint: Paint): readonly string[] {
  return ignored === undefined ? [] : [`      ${paint("dim", printable(ignoredText(ignored)))}`];
}

/** All of what is new to the user; of what was allowed before only what is different. */
function showApproval({ owner, verdict, grants, added, removed }: PlanApproval, paint: Paint): readonly string[] {
  const isNew = verdict === "create";
  const nothing = isNew ? "runs nothing" : "can do what it could; its content or its source is another";
  const lines = isNew
    ? grants.map((line) => `  ${line}`)
    : [...added.map((line) => `+ ${line}`), ...removed.map((line) => `- ${line}`)];
  const shown = lines.length === 0 ? [`  ${nothing}`] : lines;
  return [
    "",
    `  ${paint("yellow", "?")} ${printable(owner)} ${isNew ? "asks to be allowed:" : "has changed since it was allowed:"}`,
    ...shown.map((line) => `      ${colored(printable(line), paint)}`),
  ];
}

function showNotice(notice: Plan["notices"][number], paint: Paint): readonly string[] {
  const lines = ["", `  ${paint("yellow", "note")} ${printable(notice.message)}`];
  if (notice.hint !== undefined) lines.push(`       ${printable(notice.hint)}`);
  return lines;
}

/** `Plan: 3 to create, 1 to update, 0 to delete.` or `No changes.` */
export function showSummary({ summary, approvals = [] }: Plan): string {
  const { create, update, adopt, forget, attention } = summary;
  const parts = [`${create} to create`, `${update} to update`, `${summary.delete} to delete`];
  if (adopt > 0) parts.push(`${adopt} to adopt`);
  if (forget > 0) parts.push(`${forget} to let go`);
  if (approvals.length > 0) parts.push(`${approvals.length} to allow`);
  const note = attention > 0 ? ` ${attention} need${attention === 1 ? "s" : ""} your attention (!).` : "";
  const pending = create + update + summary.delete + adopt + forget + approvals.length;
  if (pending === 0) return `No changes. ${summary.unchanged} up to date.${note}`;
  return `Plan: ${parts.join(", ")}.${note}`;
}
