import type { Difference } from "../../sources/inspect-stored.ts";
import type { Context } from "../context.ts";

/** Something on this machine that is not what the lock says. */
export interface Mismatch {
  /** Name of the entry in the manifest. */
  readonly owner: string;
  /** Which kind of place: kept content, the plugin's folder, what an agent reads, or what another part adds. */
  readonly part: "store" | "vendor" | "plugin" | "client" | "program" | "tools";
  /** The folder or file. */
  readonly place: string;
  /** What exactly differs; never a value that could be a secret. */
  readonly differences: readonly Difference[];
  /** The next step. */
  readonly hint: string;
}

/** What could not be checked, and why; no mismatch. */
export interface Unchecked {
  readonly owner: string;
  readonly message: string;
}

export interface Findings {
  /** How many files or entries were compared. */
  readonly compared: number;
  readonly mismatches: readonly Mismatch[];
  readonly unchecked: readonly Unchecked[];
}

/** One part of `atk verify`. Writes nothing, uses no network. `names`: empty means everything. */
export type VerifyPart = (names: readonly string[], context: Context) => Promise<Findings>;

export const NOTHING_FOUND: Findings = { compared: 0, mismatches: [], unchecked: [] };

export function joinFindings(all: readonly Findings[]): Findings {
  return {
    compared: all.reduce((sum, { compared }) => sum + compared, 0),
    mismatches: all.flatMap(({ mismatches }) => mismatches),
    unchecked: all.flatMap(({ unchecked }) => unchecked),
  };
}
