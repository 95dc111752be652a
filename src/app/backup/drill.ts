import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openIndex } from "../../backup/read-backup.ts";
import { compareWithBackup } from "../../backup/restore/compare.ts";
import { AtkError, type Problem } from "../../core/errors.ts";
import { namedMachine } from "../machines/named-machine.ts";
import type { Context } from "../context.ts";
import { asProblem } from "../make-plan.ts";
import { readInputs } from "../inputs.ts";
import { workDirectory } from "./backup-place.ts";
import { isOn } from "./jobs.ts";
import { secretKeyOf } from "./keys.ts";
import { chooseBackup, readCatalogs } from "./list.ts";
import { removeTree } from "./remove-tree.ts";
import { remember } from "./records.ts";
import { hasOwners } from "./restore-plan.ts";
import { unpackPlaces } from "./restore-others.ts";
import { withBackupLock } from "./with-backup-lock.ts";

export interface Drilled {
  readonly name: string;
  readonly id?: string;
  readonly target?: string;
  readonly files?: number;
  readonly problem?: { readonly code: string } & Problem;
}

/** Restores the newest backup of a name, or of each, into a scratch folder, compares what came out, and remembers that it did. */
export async function drillBackups(name: string | undefined, context: Context): Promise<readonly Drilled[]> {
  const { manifest } = await readInputs(context);
  const names =
    name === undefined ? manifest.backups.filter((entry) => isOn(entry)).map((entry) => entry.name) : [name];
  if (names.length === 0)
    throw new AtkError("E_USAGE", "the manifest has no backups", { hint: "atk backup drill NAME" });
  return withBackupLock(
    "atk backup drill",
    async () => {
      const drilled: Drilled[] = [];
      for (const each of names) drilled.push(await drillOne(each, context));
      return drilled;
    },
    context,
  );
}

async function drillOne(name: string, context: Context): Promise<Drilled> {
  try {
    return await context.step(`Restore ${name} into a scratch folder`, () => restoreAside(name, context));
  } catch (error) {
    if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED") throw error;
    return { name, problem: asProblem(error) };
  }
}

async function restoreAside(name: string, context: Context): Promise<Drilled> {
  const catalogs = await readCatalogs({ name }, context);
  const [stored] = chooseBackup({ name }, catalogs, namedMachine(context).name);
  const index = await openIndex(stored, secretKeyOf(context));
  const { record, target } = stored;
  const into = join(workDirectory(context), "drill");
  const destinations = index.places.map((place) => ({ place, path: join(into, place.at), wants: () => false }));
  try {
    await mkdir(into, { recursive: true, mode: 0o700 });
    await unpackPlaces({ stored, index, destinations }, context);
    const comparing = { entries: index.entries, destinations, owners: hasOwners(), deletes: false };
    const wrong = (await compareWithBackup(comparing)).find(({ change }) => change !== "same");
    if (wrong !== undefined)
      throw new AtkError("E_DAMAGED", `${wrong.entry?.path ?? wrong.to} is not what it was when it was kept`, {
        hint: `atk backup verify ${record.id}`,
      });
  } finally {
    await removeTree(into);
  }
  const proven = { id: record.id, at: context.host.now().toISOString(), target: target.name };
  await remember(name, { proven }, context);
  return { name, id: record.id, target: target.name, files: record.files };
}
