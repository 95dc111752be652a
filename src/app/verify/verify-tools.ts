import type { TestResult } from "../test-servers.ts";
import { checkRecordedTools } from "../tools/check-recorded-tools.ts";
import { placeOfFinding } from "../../tools/find-hidden.ts";
import { showChanges } from "../../tools/show-changes.ts";
import { joinFindings, NOTHING_FOUND, type Findings, type VerifyPart } from "./report.ts";

const TIMEOUT_MS = 60_000;

/** Starts every server whose tools were recorded, and compares. The one part of `atk verify` that starts something. */
export function verifyTools(signal: AbortSignal): VerifyPart {
  return async (names, context) => {
    const results = await checkRecordedTools({ names, timeoutMs: TIMEOUT_MS, signal }, context);
    return joinFindings(results.map(findingsOf));
  };
}

function findingsOf(result: TestResult): Findings {
  const { server: owner } = result;
  if (!result.ok) return { ...NOTHING_FOUND, unchecked: [{ owner, message: result.reason }] };
  const { changes, changesAre, findings, findingsAre, fault, recorded } = result.check;
  const place = `server ${owner}`;
  const hint = `atk mcp test ${owner} (shows it), then atk mcp test --record ${owner} where you agree`;
  // A record that cannot be used is told of where the files beside the lock are read.
  if (fault !== undefined || !recorded) return NOTHING_FOUND;
  const changed = changes.map((change) => ({
    path: `${change.what} ${change.name}`.trimEnd(),
    expected: change.change === "added" ? "not there" : "as it was recorded",
    found: showChanges([change]).join("\n").trim(),
  }));
  const hidden = findings.map((finding) => ({
    path: placeOfFinding(finding),
    expected: "no hidden instructions",
    found: `${finding.title} (${finding.rule}): ${finding.excerpt}`,
  }));
  const refused = [...(changesAre === "deny" ? changed : []), ...(findingsAre === "deny" ? hidden : [])];
  const warned = [...(changesAre === "warn" ? changed : []), ...(findingsAre === "warn" ? hidden : [])];
  const mismatches = refused.length === 0 ? [] : [{ owner, part: "tools" as const, place, differences: refused, hint }];
  const unchecked = warned.map(({ path, found }) => ({ owner, message: `${path}: ${found}` }));
  return { compared: 1, mismatches, unchecked };
}
