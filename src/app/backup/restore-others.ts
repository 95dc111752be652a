import { join } from "node:path";
import { mkdir } from "node:fs/promises";
import { openEntries, type Stored } from "../../backup/read-backup.ts";
import type { Index, Place } from "../../backup/index-file.ts";
import { compareWithBackup, destinationOf, type Destination } from "../../backup/restore/compare.ts";
import { putInPlace } from "../../backup/restore/put-in-place.ts";
import { stageEntries } from "../../backup/restore/stage.ts";
import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { runDataCommand, withCommandFolder } from "./backup-command.ts";
import type { Job } from "./jobs.ts";
import { secretKeyOf } from "./keys.ts";
import { hasOwners, stagePlan } from "./restore-plan.ts";

interface Others {
  readonly stored: Stored;
  readonly index: Index;
  readonly job: Job;
  readonly places: readonly Place[];
}

/** What only another program can put in its place: the plugin's restore command, a container engine. The backup is verified already. */
export async function restoreOthers({ stored, index, job, places }: Others, context: Context): Promise<void> {
  for (const place of places) {
    if (place.kind === "command") await byCommand({ stored, index, job }, place, context);
    else {
      const { restoreVolume } = await import("./volumes.ts");
      await restoreVolume({ volume: place.path, at: place.at, stored, index, job }, context);
    }
  }
}

async function byCommand(
  { stored, index, job }: Omit<Others, "places">,
  place: Place,
  context: Context,
): Promise<void> {
  const { plugin } = job;
  const restore = plugin?.definition.plugin.data?.restore;
  if (plugin === undefined || restore === undefined)
    throw new AtkError(
      "E_USAGE",
      `${job.entry.name} was backed up by its own command, and has none that takes it back`,
      {
        hint: "unpack it yourself: atk backup restore --into DIR",
      },
    );
  await withCommandFolder(plugin, async (folder) => {
    const path = join(folder, "data");
    await mkdir(path, { mode: 0o700 });
    await unpackPlaces({ stored, index, destinations: [{ place, path, wants: () => false }] }, context);
    await runDataCommand(plugin, { line: restore, folder: path }, context);
  });
}

interface Unpacking {
  readonly stored: Stored;
  readonly index: Index;
  readonly destinations: readonly Destination[];
}

/** Into folders of their own. */
export async function unpackPlaces({ stored, index, destinations }: Unpacking, context: Context): Promise<void> {
  const entries = index.entries.filter(({ path }) => destinationOf(path, destinations) !== undefined);
  const differences = await compareWithBackup({ entries, destinations, owners: hasOwners(), deletes: false });
  const staged = stagePlan({ entries, destinations, differences, others: [] }, entries, stored.record.id);
  for (const folder of staged.folders) await mkdir(folder, { recursive: true, mode: 0o700 });
  const opened = openEntries(stored, index, secretKeyOf(context));
  await stageEntries(opened, { folderOf: staged.folderOf, owners: hasOwners() });
  await putInPlace(staged.steps);
}
