import type { TestResult } from "../app/test-servers.ts";
import { isRefused, type ToolCheck } from "../app/tools/check-tools.ts";
import { placeOfFinding, type Finding } from "../tools/find-hidden.ts";
import { showChanges } from "../tools/show-changes.ts";
import { painter, printable, type Paint } from "./paint.ts";
import { outJson, type Session } from "./session.ts";

export interface Showing {
  /** What is said where no server was tested. */
  readonly none: string;
  /** What has changed is accepted right now. */
  readonly isRecording: boolean;
}

/** What came of testing servers, as data or for people. */
export function showTestResults(results: readonly TestResult[], showing: Showing, session: Session): void {
  if (session.json) return outJson(session, { servers: results.map(asData) });
  const paint = painter(session.color.stdout);
  session.out(results.map((each) => showTestResult(each, showing, paint)).join("\n") || showing.none);
}

/** The full texts are what `--record` writes to files. */
function asData(result: TestResult): object {
  if (!result.ok) return result;
  const { offer: _texts, check, ...told } = result;
  const { recorded, changes, findings } = check;
  return { ...told, recorded, changes, findings, refused: isRefused(check) };
}

/** A server that was started: who it is, its tools, and what is to be said about them; or why it did not answer. */
function showTestResult(result: TestResult, showing: Showing, paint: Paint): string {
  if (!result.ok) {
    const next = result.hint === undefined ? "" : `\n  ${paint("cyan", "next:")} ${printable(result.hint)}`;
    const reason = result.reason.startsWith(`${result.server}: `)
      ? result.reason
      : `${result.server}: ${result.reason}`;
    return `${paint("red", "✗")} ${printable(reason)}${next}`;
  }
  const head = `${paint("green", "✓")} ${result.server}: ${printable(result.name)} ${printable(result.version)}, ${result.tools.length} ${result.tools.length === 1 ? "tool" : "tools"}`;
  return [
    head,
    ...result.tools.map(
      (tool) => `    ${printable(tool.name)}  ${paint("dim", printable(firstLine(tool.description)))}`,
    ),
    ...showToolCheck(result.server, result.check, { ...showing, paint }),
  ].join("\n");
}

function firstLine(text: string | undefined): string {
  return (text ?? "").split("\n")[0]?.slice(0, 90) ?? "";
}

/** What is to be said about a server's tools, a line each; none when all is as it was recorded. */
function showToolCheck(server: string, check: ToolCheck, how: Showing & { readonly paint: Paint }): readonly string[] {
  return [
    ...showFault(check),
    ...showChanged(server, check, how),
    ...check.findings.flatMap(findingLines(check, how.paint)),
  ];
}

/** The same where the tools themselves are not shown; nothing when all is as it was recorded. */
export function noteToolCheck(result: TestResult, paint: Paint): readonly string[] {
  if (!result.ok) return [`${paint("red", "!")} ${printable(`${result.server}: ${result.reason}`)}`];
  const lines = showToolCheck(result.server, result.check, { none: "", isRecording: false, paint });
  return lines.length === 0 ? [] : [`${paint("yellow", "!")} ${printable(result.server)}:`, ...lines];
}

function showFault({ fault }: ToolCheck): readonly string[] {
  return fault === undefined ? [] : [`  ! ${printable(fault.message)}`, `    next: ${printable(fault.hint ?? "")}`];
}

function showChanged(
  server: string,
  { changes, changesAre }: ToolCheck,
  { isRecording, paint }: Showing & { readonly paint: Paint },
): readonly string[] {
  if (changes.length === 0) return [];
  const isRefused = changesAre === "deny" && !isRecording;
  const head = "what it says has changed since it was recorded";
  const shown = isRefused ? paint("red", `${head} (policy.tools_changed: deny):`) : paint("yellow", `${head}:`);
  const lines = showChanges(changes).map((line) => `    ${colored(printable(line), paint)}`);
  const next = `    ${paint("cyan", "next:")} read it, then accept it: atk mcp test --record ${server}`;
  return [`  ! ${shown}`, ...lines, ...(isRecording ? [] : [next])];
}

function colored(line: string, paint: Paint): string {
  const sign = line.trimStart().slice(0, 2);
  if (sign === "+ ") return paint("green", line);
  return sign === "- " ? paint("red", line) : line;
}

function findingLines({ findingsAre }: ToolCheck, paint: Paint): (finding: Finding) => readonly string[] {
  return (finding) => {
    const place = `${placeOfFinding(finding)} ${finding.title} (${finding.rule})`;
    return [
      `  ! ${paint(findingsAre === "deny" ? "red" : "yellow", printable(place))}`,
      `      ${printable(finding.excerpt)}`,
    ];
  };
}

export function noteUnrecorded(server: string, paint: Paint): string {
  const why = "hidden instructions (policy.hidden_instructions: deny)";
  return `${paint("red", "!")} ${printable(server)} was not recorded: ${why}`;
}
