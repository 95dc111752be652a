import type { AtkError } from "./errors.ts";
import type { Recorded } from "./state.ts";

/** What is there now. Digests are keyed; see app/digest-key.ts. */
export type Observed =
  | { readonly state: "absent" }
  | { readonly state: "present"; readonly digest: string }
  /** It cannot be told: the file is broken, of another kind, or not readable. */
  | { readonly state: "blocked"; readonly error: AtkError };

export type Verdict =
  | "create"
  | "update"
  | "delete"
  | "adopt"
  | "forget"
  | "noop"
  /** Somebody else's, and different: untouched unless taken over. */
  | "unmanaged"
  /** atk wrote it and it was changed since: untouched unless the user says so. */
  | "drifted"
  /** Somebody else's edit that the manifest says to leave alone for now. */
  | "ignored"
  | "blocked";

export interface Situation {
  readonly wanted: string | undefined;
  readonly observed: Observed;
  readonly recorded: Pick<Recorded, "digest" | "origin"> | undefined;
}

/**
 * What has to happen, from three digests: wanted, there, and written last.
 *
 * | wanted | there | written  | verdict |
 * |--------|-------|----------|---------|
 * | -      | -     | w        | forget |
 * | -      | w     | w        | delete; forget if it was adopted |
 * | -      | x     | w        | drifted |
 * | d      | -     | any      | create |
 * | d      | d     | d        | noop |
 * | d      | d     | - or w   | adopt |
 * | d      | x     | -        | unmanaged |
 * | d      | w     | w        | update |
 * | d      | x     | w        | drifted |
 */
export function decide({ wanted, observed, recorded }: Situation): Verdict {
  if (wanted === undefined && recorded === undefined) return "noop";
  if (observed.state === "blocked") return "blocked";
  const there = observed.state === "present" ? observed.digest : undefined;
  return wanted === undefined ? decideRemoval(there, recorded) : decidePresence(wanted, there, recorded);
}

function decideRemoval(there: string | undefined, recorded: Situation["recorded"]): Verdict {
  if (recorded === undefined) return "noop";
  if (there === undefined) return "forget";
  if (there !== recorded.digest) return recorded.origin === "adopted" ? "forget" : "drifted";
  return recorded.origin === "adopted" ? "forget" : "delete";
}

function decidePresence(wanted: string, there: string | undefined, recorded: Situation["recorded"]): Verdict {
  if (there === undefined) return "create";
  if (there === wanted) return recorded?.digest === wanted ? "noop" : "adopt";
  if (recorded === undefined) return "unmanaged";
  return there === recorded.digest ? "update" : "drifted";
}
