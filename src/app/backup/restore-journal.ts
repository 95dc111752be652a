import { rm } from "node:fs/promises";
import { putInPlace, type Step } from "../../backup/restore/put-in-place.ts";
import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { readSmall, writeSmall } from "./small-file.ts";

/** Folders beside the data where a backup is unpacked: rubbish when the run that made them is gone. */
const STAGING_FILE = "staging.json";
/** Everything is unpacked and verified: from here on a restore is finished, whoever does it. */
const STEPS_FILE = "restore.json";

export interface OpenRestore {
  readonly name: string;
  readonly id: string;
  readonly steps: readonly Step[];
}

/** Told before the first folder is made. */
export async function noteStaging(folders: readonly string[], context: Context): Promise<void> {
  await writeSmall(STAGING_FILE, folders, context);
}

/** Puts it in place; when this is killed, the next atk does the rest. @throws AtkError E_FILE: then the next atk tries again */
export async function carryOut(restore: OpenRestore, context: Context): Promise<void> {
  await writeSmall(STEPS_FILE, restore, context);
  await putAll(restore);
  await writeSmall(STEPS_FILE, undefined, context);
}

async function putAll({ name, id, steps }: OpenRestore): Promise<void> {
  try {
    await putInPlace(steps);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    throw new AtkError(error.code, `the restore of ${name} from ${id} is half done: ${error.message}`, {
      hint: `take away what is in the way, then: atk backup restore ${name} (finishes it first)`,
      cause: error,
    });
  }
}

/** What is unpacked stays while a restore that could not be carried out needs it. */
export async function removeStaging(context: Context): Promise<void> {
  if ((await readSmall(STEPS_FILE, context)) !== undefined) return;
  const folders = (await readSmall<readonly string[]>(STAGING_FILE, context)) ?? [];
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  await writeSmall(STAGING_FILE, undefined, context);
}

export async function hasOpenRestore(context: Context): Promise<boolean> {
  const open = [STEPS_FILE, STAGING_FILE].map((name) => readSmall(name, context));
  return (await Promise.all(open)).some((each) => each !== undefined);
}

/** Finishes a restore that was killed while it put things in place; one that was killed before has changed nothing, and is taken away. */
export async function finishRestore(context: Context): Promise<void> {
  const restore = await readSmall<OpenRestore>(STEPS_FILE, context);
  if (restore !== undefined) {
    await putAll(restore);
    await writeSmall(STEPS_FILE, undefined, context);
    const message = `an earlier run was stopped half way: the restore of ${restore.name} from ${restore.id} was finished`;
    context.tell({ type: "note", message });
  }
  await removeStaging(context);
}
