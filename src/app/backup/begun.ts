import { AtkError } from "../../core/errors.ts";
import { folderOf, RECORD_FILE } from "../../backup/record.ts";
import { removeBackup } from "../../backup/write-backup.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { openNamed } from "./open-targets.ts";
import { readSmall, writeSmall } from "./small-file.ts";

/** Backups that are being written, by target: what is left of one that was killed is taken away by the next run. */
const BEGUN_FILE = "begun.json";

export interface BegunBackup {
  readonly target: string;
  readonly name: string;
  readonly id: string;
  /** Its target could not be asked when it was to be taken away: the next backup tries again, nothing else waits for it. */
  readonly isAway?: true;
}

export async function noteBegun(begun: BegunBackup, context: Context): Promise<void> {
  await writeSmall(BEGUN_FILE, [...(await begunBackups(context)), begun], context);
}

export async function forgetBegun(done: BegunBackup, context: Context): Promise<void> {
  const left = (await begunBackups(context)).filter((each) => each.id !== done.id || each.target !== done.target);
  await writeSmall(BEGUN_FILE, left.length === 0 ? undefined : left, context);
}

export async function begunBackups(context: Context): Promise<readonly BegunBackup[]> {
  return (await readSmall<readonly BegunBackup[]>(BEGUN_FILE, context)) ?? [];
}

/** Without a manifest it is no backup; with one it was finished and only the note is old. A target that is away is asked next time. */
export async function removeUnfinished(context: Context): Promise<void> {
  const begun = await begunBackups(context);
  if (begun.length === 0) return;
  const { manifest } = await readInputs(context);
  for (const each of begun) {
    try {
      const target = await openNamed(each.target, manifest, context);
      const files = await target.list(folderOf(each));
      if (!files.some(({ path }) => path === `${folderOf(each)}/${RECORD_FILE}`)) await removeBackup(each, target);
      await forgetBegun(each, context);
    } catch (error) {
      if (!(error instanceof AtkError)) throw error;
      await forgetBegun(each, context);
      if (error.code !== "E_USAGE") await noteBegun({ ...each, isAway: true }, context);
    }
  }
}
