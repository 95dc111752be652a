import type { TestResult } from "../test-servers.ts";
import { checkRecordedTools } from "../tools/check-recorded-tools.ts";
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
  const { changes, changesAre, fault, recorded } = result.check;
  const place = `server ${owner}`;
  const hint = `atk mcp test ${owner} (shows it), then atk mcp test --record ${owner} where you agree`;
  if (fault !== undefined) {
    const differences = [{ path: "its record", expected: "as it was recorded", found: fault.message }];
    return { ...NOTHING_FOUND, compared: 1, mismatches: [{ owner, part: "tools", place, differences, hint }] };
  }
  if (!recorded || changesAre === "allow") return { ...NOTHING_FOUND, compared: recorded ? 1 : 0 };
  const differences = changes.map((change) => ({
    path: `${change.what} ${change.name}`.trimEnd(),
    expected: change.change === "added" ? "not there" : "as it was recorded",
    found: showChanges([change]).join("\n").trim(),
  }));
  if (changesAre === "warn")
    return { ...NOTHING_FOUND, compared: 1, unchecked: differences.map(({ found }) => ({ owner, message: found })) };
  return { ...NOTHING_FOUND, compared: 1, mismatches: [{ owner, part: "tools", place, differences, hint }] };
}
