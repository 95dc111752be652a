import { EXIT, type ErrorCode } from "../../core/error-codes.ts";
import type { Context } from "../context.ts";
import { testServers, type TestRequest, type TestResult } from "../test-servers.ts";

/**
 * Starts every server whose tools were recorded (those of the named entries, or all) and compares what it says now. Empty when none
 * was recorded. `exitOfResults` gives what follows from it; a server's `check` says why.
 * @throws AtkError E_PLUGIN_NOT_FOUND for a name that is none.
 */
export async function checkRecordedTools(
  request: Omit<TestRequest, "recordedOnly">,
  context: Context,
): Promise<readonly TestResult[]> {
  return testServers({ ...request, recordedOnly: true }, context);
}

const NOT_AS_LOCKED: ReadonlySet<string> = new Set([
  "E_INTEGRITY",
  "E_POLICY",
  "E_LOCK",
  "E_APPROVAL",
] satisfies ErrorCode[]);

/** 1 when a server did not answer, 13 when one is not what was locked, or policy refuses it, else 0. What is recorded now is what is wanted from now on; hidden instructions never are. */
export function exitOfResults(results: readonly TestResult[], how: { readonly isRecording: boolean }): number {
  const failed = results.filter((each) => !each.ok);
  if (failed.some(({ code }) => code !== undefined && NOT_AS_LOCKED.has(code))) return EXIT.integrity;
  if (!results.every((each) => each.ok)) return EXIT.fault;
  const refused = results.some(({ check }) => {
    if (check.findingsAre === "deny") return true;
    return !how.isRecording && (check.changesAre === "deny" || check.fault !== undefined);
  });
  return refused ? EXIT.integrity : EXIT.ok;
}
