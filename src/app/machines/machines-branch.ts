import type { NoBranch, SharedBranch } from "../../git/shared/shared-branch.ts";
import type { Context } from "../context.ts";
import { parseRecord, type MachineRecord } from "./machine-record.ts";

export const MACHINES_BRANCH = "atk/machines";

/** Why a home has no branch of machines. */
export type Alone = NoBranch | "no-repository" | "project";

export interface BranchManner {
  readonly timeoutMs: number;
  /** Of the commit, one line. */
  readonly message: string;
}

/** The branch on which the machines of a home tell each other what they have. A project's colleagues are nobody's fleet. */
export async function openMachines(manner: BranchManner, { host, workspace }: Context): Promise<SharedBranch | Alone> {
  if (workspace.scope === "project") return "project";
  const { findRepository } = await import("../../git/repository.ts");
  const top = await findRepository(host.files, workspace.directory);
  if (top === undefined) return "no-repository";
  const { openSharedBranch } = await import("../../git/shared/shared-branch.ts");
  return openSharedBranch({ directory: top, branch: MACHINES_BRANCH, folder: "machines", ...manner }, host);
}

/** Without a case of its own, so that `Laptop` and `laptop` are one machine everywhere. */
export function recordFile(name: string): string {
  return `${name.toLowerCase()}.json`;
}

/** The records on the branch by name; what is no record, or stands under another name, is left out. */
export function recordsIn(files: ReadonlyMap<string, string>): readonly MachineRecord[] {
  return [...files]
    .flatMap(([file, text]) => {
      const record = parseRecord(text);
      return record === undefined || recordFile(record.name) !== file ? [] : [record];
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
