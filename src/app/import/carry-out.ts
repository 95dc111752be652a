import { AtkError } from "../../core/errors.ts";
import { summarise, type Plan } from "../../core/plan.ts";
import { digestBytes } from "../../host/digest.ts";
import { change, type ChangeOutcome } from "../change.ts";
import { ensureKey, lookAgain, type Context } from "../context.ts";
import { planAnew } from "../plan-anew.ts";
import { withEntries } from "./import-entry.ts";
import type { Proposal } from "./propose.ts";
import { valuesOf } from "./propose.ts";
import { storeChange } from "./store-for-import.ts";

export interface ImportDone {
  readonly outcome: ChangeOutcome;
  /** Made afterwards, from what the machine says then, of the imported entries. */
  readonly proof: Plan;
  /** Files of clients that were compared byte by byte before and after. */
  readonly files: readonly string[];
}

/**
 * Writes what was proposed: manifest, lock, store and state in one transaction and one commit, and no file of a client.
 * @throws AtkError E_STALE when a client's file is not as it was any more; nothing is written then.
 */
export async function carryOutImport({ entries }: Proposal, outer: Context): Promise<ImportDone> {
  const values = valuesOf(entries);
  const context: Context = { ...lookAgain(outer), newSecrets: values };
  const names = entries.map(({ name }) => name);
  const files = [...new Set(entries.flatMap((entry) => entry.files))].sort();
  const before = await digestsOf(files, outer);
  const outcome = await change(
    {
      edit: (inputs) => withEntries(inputs, entries, context),
      selection: { names },
      message: messageFor(names),
      decisions: { onDrift: "keep" },
      isImport: true,
      files: (locked) => storeChange(values, locked),
      approve: async (plan) => {
        refuseOtherPlan(plan);
        return true;
      },
    },
    context,
  );
  // A host of its own, so that the store is read from its file and nothing is remembered of the values.
  const fresh = await ensureKey(lookAgain({ ...outer, host: { ...outer.host } }));
  refuseChanged(before, await digestsOf(files, outer));
  return { outcome, files, proof: await planAnew({ selection: { names }, frozen: false }, fresh) };
}

async function digestsOf(paths: readonly string[], { host }: Context): Promise<ReadonlyMap<string, string>> {
  const read = paths.map(async (path) => {
    const bytes = await host.files.read(path);
    return [path, bytes === undefined ? "" : digestBytes(bytes)] as const;
  });
  return new Map(await Promise.all(read));
}

/** Somebody else wrote it in the same moment: atk has no step that could. @throws AtkError E_STALE */
function refuseChanged(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
  const changed = [...before.keys()].filter((path) => before.get(path) !== after.get(path));
  if (changed.length === 0) return;
  throw new AtkError("E_STALE", `${changed.join(" and ")} was changed by another program during the import`, {
    hint: "atk plan shows what that means for the entries, which are imported",
  });
}

function messageFor(names: readonly string[]): string {
  return names.length === 1 ? `Import '${names[0]}'` : `Import ${names.length} entries`;
}

/** @throws AtkError E_STALE */
function refuseOtherPlan(plan: Plan): void {
  const { create, update, delete: deleted, forget, attention } = summarise(plan.changes);
  if (create + update + deleted + forget + attention === 0) return;
  throw new AtkError("E_STALE", "a file of an agent has changed since it was read, so nothing was imported", {
    hint: "atk import",
  });
}
