import { AtkError, type Problem } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { asProblem } from "../make-plan.ts";
import { isOn } from "./jobs.ts";
import { restoreBackup, type Restored, type RestoreRequest } from "./restore.ts";

export interface RestoreChoice extends Omit<RestoreRequest, "name"> {
  readonly name: string | undefined;
  /** Every entry of `backups:` that is on here; one that fails does not keep the others from it. */
  readonly all: boolean;
}

export type RestoreResult = Restored | { readonly name: string; readonly problem: { readonly code: string } & Problem };

/** One backup, or the newest of each. @throws AtkError for a single one; E_USAGE for neither or both */
export async function restoreAll(
  { name, all, ...request }: RestoreChoice,
  context: Context,
): Promise<readonly RestoreResult[]> {
  if ((name === undefined) === !all || (all && (request.id !== undefined || request.only.length > 0)))
    throw new AtkError("E_USAGE", all ? "--all takes no name, no --id and no --only" : "name a backup, or say --all", {
      hint: "atk backup list (shows what there is)",
    });
  if (name !== undefined) return [await restoreBackup({ ...request, name }, context)];
  const { manifest } = await readInputs(context);
  const results: RestoreResult[] = [];
  for (const entry of manifest.backups.filter((each) => isOn(each))) {
    try {
      results.push(await restoreBackup({ ...request, name: entry.name }, context));
    } catch (error) {
      if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED" || error.code === "E_USAGE") throw error;
      results.push({ name: entry.name, problem: asProblem(error) });
    }
  }
  return results;
}
