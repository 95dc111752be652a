import { AtkError, type Place, type Problem } from "../core/errors.ts";
import type { ErrorCode } from "../core/error-codes.ts";

/** The error for a file with problems: all of them, in the order of the file, and in short in its message. */
export function invalid(code: ErrorCode, what: string, problems: readonly Problem[]): AtkError {
  const sorted = sortByPlace(problems);
  const [first] = sorted;
  const more = sorted.length - 1;
  const rest = more === 0 ? "" : ` (and ${more} more ${more === 1 ? "problem" : "problems"})`;
  return new AtkError(code, `cannot use ${what}: ${first?.message ?? "it has problems"}${rest}`, {
    at: first?.at,
    hint: first?.hint,
    problems: sorted,
  });
}

function sortByPlace(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => rank(a.at, b.at) || compare(a.message, b.message));
}

function rank(a: Place | undefined, b: Place | undefined): number {
  const byFile = compare(a?.file ?? "", b?.file ?? "");
  return byFile || (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
