import type { EntryStatus } from "../../app/standing.ts";
import type { StatusReport } from "../../app/status.ts";
import type { Command } from "../command.ts";
import { showPlace } from "../../core/errors.ts";
import { showInbox } from "../show-inbox.ts";
import { painter, printable, type Paint } from "../paint.ts";
import { table } from "../table.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "status",
  summary: "show what is installed and wired, what drifted, and the state of the repository",
  args: "[names...]",
  details: "Reads only. One broken plugin never hides the others; use atk plan --check for an exit code.",
  async run({ args }, session) {
    const { status } = await import("../../app/status.ts");
    const context = await openContext(session);
    const report = await status(args, context);
    if (session.json) outJson(session, report);
    else session.out(show(report, painter(session.color.stdout)));
    return 0;
  },
};

type ServiceReport = NonNullable<StatusReport["entries"][number]["service"]>;

function serviceText({ state, detail, restarts = 0 }: ServiceReport): string {
  return `${state}, ${detail}${restarts > 1 ? ` (${restarts} times so far)` : ""}`;
}

function show(report: StatusReport, paint: Paint): string {
  // Most homes have no service at all; a column of dashes tells nothing.
  const services = report.entries.some((entry) => entry.service !== undefined);
  const withServices = (cells: readonly string[], cell: string): readonly string[] =>
    services ? [...cells.slice(0, 2), cell, ...cells.slice(2)] : cells;
  const rows = report.entries.map((entry) => withServices(cellsOf(entry), entry.service?.state ?? "-"));
  const lines = rows.length === 0 ? ["Nothing in the manifest yet."] : [table(withServices(TITLES, "SERVICE"), rows)];
  for (const { name, service } of report.entries)
    if (service?.detail !== undefined)
      lines.push("", `${paint("yellow", "service")} ${printable(`${name}: ${serviceText(service)}`)}`);
  for (const { name, approvalPending } of report.entries)
    if (approvalPending)
      lines.push(
        "",
        `${paint("yellow", "note")} ${name}: nobody has allowed what it can do now: atk plan, then atk apply ${name}`,
      );
  for (const { name, installPending } of report.entries)
    if (installPending)
      lines.push("", `${paint("yellow", "note")} ${name}: install command not run yet: atk install ${name}`);
  for (const entry of report.entries)
    for (const problem of entry.problems) lines.push(...showProblem(entry.name, problem, paint));
  if (report.interrupted)
    lines.push("", "! an apply was stopped half way; run atk apply: it finishes it or takes it back");
  lines.push(...showInbox(report, paint));
  for (const notice of report.notices)
    lines.push(
      "",
      `${paint("yellow", "note")} ${printable(notice.message)}`,
      ...(notice.hint === undefined ? [] : [`     ${printable(notice.hint)}`]),
    );
  if (report.backups !== undefined) lines.push(...showBackups(report.backups, paint));
  if (report.repository !== undefined) lines.push("", ...showRepository(report.repository));
  return lines.join("\n");
}

const TITLES = ["NAME", "STATE", "AGENTS", "PORTS", "ENV", "VERSION", "SOURCE"];

function cellsOf(entry: EntryStatus): readonly string[] {
  const { name, state, version, source } = entry;
  return [name, state, agentsOf(entry), portsOf(entry), envOf(entry), version ?? "-", source];
}

function agentsOf({ wired, agents, state }: EntryStatus): string {
  if (wired.length > 0) return wired.join(", ");
  return state === "ok" || agents.length === 0 ? "-" : `(${agents.join(", ")})`;
}

function portsOf({ ports }: EntryStatus): string {
  return ports.length === 0 ? "-" : ports.join(", ");
}

function envOf({ kind, missing }: EntryStatus): string {
  if (kind !== "plugin") return "-";
  return missing.length === 0 ? "ok" : `! ${missing.join(", ")}`;
}

function showProblem(name: string, problem: EntryStatus["problems"][number], paint: Paint): readonly string[] {
  const at = problem.at === undefined || problem.message.includes(problem.at.file) ? "" : ` (${showPlace(problem.at)})`;
  const lines = ["", `${paint("magenta", "!")} ${printable(`${name}: ${problem.message}${at}`)}`];
  if (problem.hint !== undefined) lines.push(`  ${paint("cyan", "next:")} ${printable(problem.hint)}`);
  return lines;
}

function showBackups({ backups, interrupted }: NonNullable<StatusReport["backups"]>, paint: Paint): readonly string[] {
  const lines = backups.map(({ name, last, overdue, proven, failed }) => {
    const made = last === undefined ? "never made here" : `last ${last.slice(0, 16).replace("T", " ")}`;
    const words = [made, proven === undefined ? "never proven" : `proven ${proven.at.slice(0, 10)}`];
    const bad = failed === undefined ? (overdue ? "overdue" : "") : `the last attempt failed: ${failed}`;
    return printable(`  ${name}: ${words.join(", ")}`) + (bad === "" ? "" : `, ${paint("yellow", printable(bad))}`);
  });
  const left = interrupted ? ["", "! a backup or a restore was stopped half way; atk apply finishes it"] : [];
  return [...(lines.length === 0 ? [] : ["", "Backups:", ...lines]), ...left];
}

function showRepository(found: NonNullable<StatusReport["repository"]>): readonly string[] {
  const { ahead, behind, upstream, lastCommit } = found;
  const sync =
    upstream === undefined ? "(no tracking branch)" : `${ahead ?? 0} ahead, ${behind ?? 0} behind ${upstream}`;
  const tree =
    found.modified + found.untracked === 0 ? "clean" : `${found.modified} modified, ${found.untracked} untracked`;
  return [
    "Repository:",
    `  Branch:       ${found.branch ?? "(detached)"}${found.inProgress === undefined ? "" : ` (${found.inProgress} in progress)`}`,
    `  Remote:       ${found.remoteUrl ?? "none"}`,
    ...(found.remoteUrl === undefined ? [] : [`  Sync:         ${sync}`]),
    `  Last commit:  ${lastCommit === undefined ? "none" : `${lastCommit.id.slice(0, 7)} ${printable(lastCommit.subject)}`}`,
    `  Working dir:  ${tree}`,
  ];
}
