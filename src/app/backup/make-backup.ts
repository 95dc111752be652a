import { join } from "node:path";
import type { Stored } from "../../backup/read-backup.ts";
import type { Begun } from "../../backup/write-backup.ts";
import { writeBackup } from "../../backup/write-backup.ts";
import { isFolder, pathTarget } from "../../backup/targets/path.ts";
import type { Target } from "../../backup/target.ts";
import { AtkError } from "../../core/errors.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { VERSION } from "../../version.generated.ts";
import { namedMachine } from "../machines/named-machine.ts";
import { makeDirectories, type Context } from "../context.ts";
import { runDataCommand, withCommandFolder } from "./backup-command.ts";
import { workDirectory } from "./backup-place.ts";
import { forgetBegun, noteBegun, removeUnfinished } from "./begun.ts";
import { contentsOf, type Contents } from "./contents.ts";
import type { OneOptions } from "./create.ts";
import type { Job } from "./jobs.ts";
import { recipientKeys } from "./keys.ts";
import { backupFolders } from "./open-targets.ts";
import { packJob } from "./pack-job.ts";
import { pauseService } from "./pause-service.ts";

export interface MakeRequest extends OneOptions {
  readonly id: string;
  readonly targets: readonly Target[];
  readonly manifest: Manifest;
}

export interface Made {
  /** Absent when no place took it. It may be a scratch place, which is gone when the lock is given back. */
  readonly stored?: Stored;
  readonly notes: readonly string[];
  readonly faults: readonly { readonly target: string; readonly fault: AtkError }[];
  /** The backup is good, but the service did not come up again. */
  readonly resumeFault?: AtkError;
}

/** Reads the data once, with the service down where that is said, onto the first place that takes it. */
export async function makeBackup(job: Job, request: MakeRequest, context: Context): Promise<Made> {
  const declared = await contentsOf(job, context);
  const contents = request.places === undefined ? declared : withPlaces(declared, request.places);
  const keys = job.entry.encrypt ? await recipientKeys(context) : [];
  const pause =
    contents.stops && job.plugin !== undefined
      ? await pauseService(job.plugin, context)
      : { isDown: false, resume: nothing };
  let made: Made;
  try {
    const title = `Back up ${job.entry.name}`;
    const work: Work = { job, request, contents, keys, isDown: pause.isDown };
    made = await context.step(title, () => withData(work, context));
  } catch (error) {
    // What went wrong first is told; that the service is down, beside it.
    await pause.resume().catch((fault: unknown) => tellFault(fault, context));
    throw error;
  }
  try {
    await pause.resume();
    return made;
  } catch (error) {
    if (error instanceof AtkError) return { ...made, resumeFault: error };
    throw error;
  }
}

function withPlaces({ commands, stops }: Contents, places: Contents["places"]): Contents {
  const isAsked = places.some(({ kind }) => kind === "command");
  return { places, stops, ...(isAsked && commands !== undefined ? { commands } : {}) };
}

async function nothing(): Promise<void> {}

function tellFault(fault: unknown, context: Context): void {
  if (!(fault instanceof AtkError)) throw fault;
  context.tell({ type: "warning", message: fault.message, ...(fault.hint === undefined ? {} : { hint: fault.hint }) });
}

interface Work {
  readonly job: Job;
  readonly request: MakeRequest;
  readonly contents: Contents;
  readonly keys: readonly string[];
  readonly isDown: boolean;
}

async function withData(work: Work, context: Context): Promise<Made> {
  const { job, contents } = work;
  const { commands } = contents;
  const { plugin } = job;
  if (commands === undefined || plugin === undefined) return onFirst(work, undefined, context);
  return withCommandFolder(plugin, async (folder) => {
    await runDataCommand(plugin, { line: commands.backup, folder }, context);
    return onFirst(work, folder, context);
  });
}

/** Folders first: they are quick, so the service is down for a short time. Where there is none, a scratch folder of this machine. */
async function onFirst(work: Work, into: string | undefined, context: Context): Promise<Made> {
  const { job, request, contents, keys, isDown } = work;
  const { manifest, lenient = false, signal } = request;
  const begun = begunOf(work, context);
  const notes: string[] = [];
  const faults: { target: string; fault: AtkError }[] = [];
  // A target makes its own folder and not the one above it.
  await makeDirectories(context.host.files, workDirectory(context));
  for (const target of placesOf(request, context)) {
    const avoid = backupFolders(manifest, context);
    const packed = await packJob({ job, contents, isDown, avoid, lenient, signal }, into, context);
    const note = { target: target.name, name: begun.name, id: begun.id };
    await noteBegun(note, context);
    try {
      const record = await writeBackup({ begun, ...packed, places: contents.places, keys }, target);
      await forgetBegun(note, context);
      return { stored: { record, target }, notes: packed.notes, faults };
    } catch (error) {
      await removeUnfinished(context);
      if (!(error instanceof AtkError) || !OF_TARGET.has(error.code)) throw error;
      faults.push({ target: target.name, fault: error });
    }
  }
  return { notes, faults };
}

const OF_TARGET: ReadonlySet<string> = new Set(["E_BACKUP", "E_DAMAGED"]);

const SCRATCH = "(this machine)";

function placesOf({ targets }: MakeRequest, context: Context): readonly Target[] {
  const folders = targets.filter(isFolder);
  const others = targets.length > folders.length;
  const scratch = pathTarget(SCRATCH, join(workDirectory(context), "made"));
  return others ? [...folders, scratch] : folders;
}

function begunOf({ job, request, isDown, keys }: Work, context: Context): Begun {
  const { entry, plugin } = job;
  const version = plugin?.definition.plugin.version;
  const made = { ...(version === undefined ? {} : { version }), integrity: plugin?.locked.integrity ?? "" };
  return {
    id: request.id,
    name: entry.name,
    created: context.host.now().toISOString(),
    machine: namedMachine(context).name,
    atk: VERSION,
    reason: request.reason,
    ...(plugin === undefined ? {} : { plugin: made }),
    encrypted: keys.length > 0,
    stopped: isDown,
  };
}
