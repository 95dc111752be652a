import { AtkError } from "../../core/errors.ts";
import { summarise, type Plan } from "../../core/plan.ts";
import { digestBytes } from "../../host/digest.ts";
import { readTree } from "../../sources/read-tree.ts";
import { change, type ChangeOutcome } from "../change.ts";
import { ensureKey, lookAgain, type Context } from "../context.ts";
import { planAnew } from "../plan-anew.ts";
import { withEntries } from "./import-entry.ts";
import type { Proposal } from "./propose.ts";
import { valuesOf } from "./propose.ts";
import { copiesWritten, writeCopies } from "./skill-copies.ts";
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
  await writeCopies(entries, outer);
  const outcome = await change(
    {
      edit: (inputs) => withEntries(inputs, entries, context),
      selection: { names },
      message: messageFor(names),
      decisions: { onDrift: "keep" },
      isImport: true,
      files: async (locked) => [...(await storeChange(values, locked)), ...(await copiesWritten(entries, locked))],
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

async function digestsOf(paths: readonly string[], context: Context): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all(paths.map(async (path) => [path, await digestOf(path, context)] as const)));
}

/** Of a file its bytes, of a folder all of them, of a link to a folder where it leads. */
async function digestOf(path: string, { host }: Context): Promise<string> {
  const { files } = host;
  const target = (await files.realPath(path)) ?? path;
  const isFolder = (await files.stat(target))?.type === "directory";
  if (!isFolder) return digestBytes((await files.read(path)) ?? new Uint8Array());
  return (await files.readLink(path).catch(() => undefined)) ?? (await readTree(path, files)).integrity;
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
