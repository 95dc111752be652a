import type { ToolCheck } from "../app/tools/check-tools.ts";
import { placeOfFinding, type Finding } from "../tools/find-hidden.ts";
import { showChanges } from "../tools/show-changes.ts";
import { printable, type Paint } from "./paint.ts";

/** What is to be said about a server's tools, a line each; none when all is as it was recorded. */
export function showToolCheck(server: string, check: ToolCheck, paint: Paint): readonly string[] {
  return [
    ...showFault(check),
    ...showChanged(server, check, paint),
    ...check.findings.flatMap(findingLines(check, paint)),
  ];
}

function showFault({ fault }: ToolCheck): readonly string[] {
  return fault === undefined ? [] : [`  ! ${printable(fault.message)}`, `    next: ${printable(fault.hint ?? "")}`];
}

function showChanged(server: string, { changes, changesAre }: ToolCheck, paint: Paint): readonly string[] {
  if (changes.length === 0) return [];
  const head =
    changesAre === "deny"
      ? paint("red", "what it says has changed since it was recorded (policy.tools_changed: deny):")
      : paint("yellow", "what it says has changed since it was recorded:");
  const lines = showChanges(changes).map((line) => `    ${colored(printable(line), paint)}`);
  return [
    `  ! ${head}`,
    ...lines,
    `    ${paint("cyan", "next:")} read it, then accept it: atk mcp test --record ${server}`,
  ];
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
