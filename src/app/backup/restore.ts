import { mkdir } from "node:fs/promises";
import { openEntries, openIndex, type Stored } from "../../backup/read-backup.ts";
import type { Index } from "../../backup/index-file.ts";
import { stageEntries } from "../../backup/restore/stage.ts";
import { AtkError } from "../../core/errors.ts";
import { fileFault } from "../../host/file-fault.ts";
import { namedMachine } from "../machines/named-machine.ts";
import type { Context } from "../context.ts";
import { contentsOf } from "./contents.ts";
import { createOne } from "./create.ts";
import { findJobs, type Job } from "./jobs.ts";
import { secretKeyOf } from "./keys.ts";
import { chooseBackup, readCatalogs, type Copies, type Wanted } from "./list.ts";
import { pauseService } from "./pause-service.ts";
import { restoreOthers } from "./restore-others.ts";
import { carryOut, noteStaging, removeStaging } from "./restore-journal.ts";
import { hasOwners, planRestore, stagePlan, type RestorePlan, type RestoreScope } from "./restore-plan.ts";
import { withBackupLock } from "./with-backup-lock.ts";
import { refuseUndeclared } from "./undeclared.ts";

export interface RestoreRequest extends Wanted {
  readonly only: readonly string[];
  readonly into?: string | undefined;
  readonly from: readonly string[];
  readonly dryRun: boolean;
  /** false: what is there now is overwritten and gone. */
  readonly keepPresent: boolean;
  /** true: also places that nothing here names as data of it. */
  readonly undeclared: boolean;
  /** Shown before anything is touched; false: it is left. */
  readonly confirm: (preview: Preview) => Promise<boolean>;
}

/** What a restore would do. */
export interface Preview {
  readonly name: string;
  readonly id: string;
  readonly created: string;
  readonly machine: string;
  readonly target: string;
  /** Absolute paths of files; folders count where they are new. */
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  readonly deleted: readonly string[];
  readonly same: number;
  /** Volumes, and what the plugin's own command takes back: "volume data". */
  readonly others: readonly string[];
  /** What was not as it should be when it was made. */
  readonly notes: readonly string[];
}

export interface Restored extends Preview {
  /** unchanged: everything is as in the backup. */
  readonly outcome: "restored" | "unchanged" | "shown" | "declined";
  /** The backup of what was there before. */
  readonly kept?: string;
}

/**
 * Puts the data of one backup in its place: shows what changes, asks, keeps what is there now, unpacks beside it and compares every
 * digest, and only then changes names. Stopped before that, nothing is changed; after, the next atk finishes it.
 */
export async function restoreBackup(request: RestoreRequest, context: Context): Promise<Restored> {
  const job = await jobOf(request, context);
  return withBackupLock("atk backup restore", () => restoreLocked(request, job, context), context);
}

/** A name that the manifest does not know can be looked at somewhere else. */
async function jobOf({ name, into }: RestoreRequest, context: Context): Promise<Job> {
  try {
    const [job] = await findJobs({ names: [name], all: false }, context);
    if (job !== undefined) return job;
  } catch (error) {
    if (into === undefined) throw error;
  }
  return { entry: { name, exclude: [], to: ["local"], encrypt: false, beforeUpgrade: "never", enabled: true } };
}

export async function restoreLocked(request: RestoreRequest, job: Job, context: Context): Promise<Restored> {
  const catalogs = await readCatalogs({ name: request.name, from: request.from }, context);
  const copies = chooseBackup(request, catalogs, namedMachine(context).name);
  const { stored, index } = await firstIndex(copies, context);
  const scope: RestoreScope = { job, index, only: request.only, into: request.into };
  const plan = await planRestore(scope, context);
  const preview = previewOf(stored, plan, index);
  if (isNothing(preview)) return { ...preview, outcome: "unchanged" };
  if (request.dryRun) return { ...preview, outcome: "shown" };
  if (request.into === undefined && !request.undeclared) await refuseUndeclared(job, index, context);
  if (!(await request.confirm(preview))) return { ...preview, outcome: "declined" };
  const work: Work = { request, scope, copies, stored, index };
  const kept = await withServiceDown(work, () => replaceData(work, context), context);
  return { ...preview, outcome: "restored", ...(kept === undefined ? {} : { kept }) };
}

interface Work {
  readonly request: RestoreRequest;
  readonly scope: RestoreScope;
  readonly copies: Copies;
  readonly stored: Stored;
  readonly index: Index;
}

async function firstIndex(
  copies: Copies,
  context: Context,
): Promise<{ readonly stored: Stored; readonly index: Index }> {
  return firstGood(
    copies,
    async (stored) => ({ stored, index: await openIndex(stored, secretKeyOf(context)) }),
    context,
  );
}

/** A copy that is damaged or cannot be reached is told of, and the next one taken. */
async function firstGood<T>(
  copies: readonly Stored[],
  work: (stored: Stored) => Promise<T>,
  context: Context,
): Promise<T> {
  const [first, ...rest] = copies;
  if (first === undefined)
    throw new AtkError("E_BACKUP", "there is no copy left that is good", { hint: "atk backup list" });
  try {
    return await work(first);
  } catch (error) {
    const isOfCopy = error instanceof AtkError && (error.code === "E_DAMAGED" || error.code === "E_BACKUP");
    if (!isOfCopy || rest.length === 0) throw error;
    context.tell({ type: "warning", message: `${error.message}; taking the copy in ${rest[0]?.target.name ?? ""}` });
    return firstGood(rest, work, context);
  }
}

async function withServiceDown<T>({ scope }: Work, work: () => Promise<T>, context: Context): Promise<T> {
  const { job, into } = scope;
  // What runs would write over what is put there; also SQLite files are not replaced under a program.
  const stops = into === undefined && job.plugin !== undefined && job.entry.stop !== false;
  if (!stops || job.plugin === undefined) return work();
  const pause = await pauseService(job.plugin, context);
  try {
    return await work();
  } finally {
    await pause.resume();
  }
}

/** Gives the id of the backup of what was there. */
async function replaceData({ request, scope, copies, stored }: Work, context: Context): Promise<string | undefined> {
  const before = await planRestore(scope, context);
  const kept =
    request.keepPresent && scope.into === undefined && overwrites(before)
      ? await keepPresent(scope, context)
      : undefined;
  const here = copies.slice(copies.indexOf(stored));
  await firstGood(here, (copy) => restoreCopy(copy, scope, context), context);
  return kept;
}

function overwrites({ differences, others }: RestorePlan): boolean {
  return others.length > 0 || differences.some(({ change }) => change === "replace" || change === "delete");
}

/** @throws AtkError when it cannot be kept: then nothing is touched */
async function keepPresent({ job, index }: RestoreScope, context: Context): Promise<string> {
  await contentsOf(job, context);
  const { id, problem, targets } = await createOne(
    job,
    { to: ["local"], reason: "before-restore", lenient: true, places: index.places },
    context,
  );
  const fault = problem ?? targets.find((each) => each.problem !== undefined)?.problem;
  if (id !== undefined && fault === undefined) return id;
  throw new AtkError(
    "E_BACKUP",
    `what is there now could not be kept, so nothing was changed: ${fault?.message ?? "no place took it"}`,
    {
      hint: "make room, or say --overwrite: then it is gone",
    },
  );
}

async function restoreCopy(stored: Stored, scope: RestoreScope, context: Context): Promise<void> {
  const { index } = scope;
  const key = secretKeyOf(context);
  const plan = await planRestore(scope, context);
  const staged = stagePlan(plan, index.entries, stored.record.id);
  await noteStaging(staged.folders, context);
  try {
    for (const folder of staged.folders) await makeFolder(folder);
    const staging = { folderOf: staged.folderOf, owners: hasOwners() };
    const title = `Unpack and verify ${stored.record.name}`;
    await context.step(title, () => stageEntries(openEntries(stored, index, key), staging));
    await carryOut({ name: stored.record.name, id: stored.record.id, steps: staged.steps }, context);
    await restoreOthers({ stored, index, job: scope.job, places: plan.others }, context);
  } finally {
    await removeStaging(context);
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileFault("make the directory", folder, error);
  });
}

function previewOf({ record, target }: Stored, { differences, others }: RestorePlan, { notes }: Index): Preview {
  const paths = (wanted: string): readonly string[] =>
    differences.flatMap(({ change, to }) => (change === wanted ? [to] : []));
  const { name, id, created, machine } = record;
  const [added, replaced, deleted] = [paths("add"), paths("replace"), paths("delete")];
  const seen = others.map(({ kind, path }) =>
    kind === "command" ? "the plugin's own restore command" : `volume ${path}`,
  );
  return {
    name,
    id,
    created,
    machine,
    target: target.name,
    added,
    replaced,
    deleted,
    same: paths("same").length,
    others: seen,
    notes,
  };
}

function isNothing({ added, replaced, deleted, others }: Preview): boolean {
  return added.length + replaced.length + deleted.length + others.length === 0;
}
