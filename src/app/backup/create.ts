import { copyBackup } from "../../backup/copy-backup.ts";
import type { Place } from "../../backup/index-file.ts";
import type { Stored } from "../../backup/read-backup.ts";
import { newId, type BackupRecord, type Reason } from "../../backup/record.ts";
import type { Target } from "../../backup/target.ts";
import { AtkError, type Problem } from "../../core/errors.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { asProblem } from "../make-plan.ts";
import { forgetBegun, noteBegun, removeUnfinished } from "./begun.ts";
import { findJobs, type Job, type JobChoice } from "./jobs.ts";
import { secretKeyOf } from "./keys.ts";
import { openTargets } from "./open-targets.ts";
import { makeBackup } from "./make-backup.ts";
import { remember } from "./records.ts";
import { withBackupLock } from "./with-backup-lock.ts";

export interface CreateOptions extends JobChoice {
  /** In place of the targets of the manifest. */
  readonly to: readonly string[];
  readonly reason: Reason;
  /** Stops at the next file; nothing is left then. */
  readonly signal?: AbortSignal;
}

type Fault = { readonly code: string } & Problem;

/** What became of one backup. */
export interface Created {
  readonly name: string;
  /** partly: some target does not have it. */
  readonly outcome: "made" | "partly" | "failed";
  readonly id?: string;
  readonly files?: number;
  /** Unpacked. */
  readonly sizeBytes?: number;
  readonly encrypted?: boolean;
  readonly targets: readonly { readonly target: string; readonly storedBytes?: number; readonly problem?: Fault }[];
  /** What is not in it, or not as it should be. */
  readonly notes: readonly string[];
  /** It could not be made, or the service does not start again. */
  readonly problem?: Fault;
  /** Older ones that `keep` does not want any more. */
  readonly pruned: readonly { readonly id: string; readonly target: string }[];
}

/** Makes backups, one after the other; one that fails does not keep the others from being made. @throws AtkError E_USAGE, E_BUSY */
export async function createBackups(options: CreateOptions, context: Context): Promise<readonly Created[]> {
  return createJobs(await findJobs(options, context), options, context);
}

/** The same for what is found already. @throws AtkError E_BUSY */
export async function createJobs(
  jobs: readonly Job[],
  options: OneOptions,
  context: Context,
): Promise<readonly Created[]> {
  return withBackupLock(
    "atk backup create",
    async () => {
      const made: Created[] = [];
      for (const job of jobs) made.push(await createOne(job, options, context));
      return made;
    },
    context,
  );
}

export interface OneOptions extends Pick<CreateOptions, "to" | "reason" | "signal"> {
  /** Kept as it is where it cannot be read as it should be. */
  readonly lenient?: boolean;
  /** In place of what is declared now: what an older backup is about to overwrite. */
  readonly places?: readonly Place[];
}

/** One backup on all of its targets. Called with the backup lock. @throws AtkError E_INTERRUPTED */
export async function createOne(job: Job, options: OneOptions, context: Context): Promise<Created> {
  const { name } = job.entry;
  const created = await attempt(job, options, context);
  const failed = created.problem ?? created.targets.find(({ problem }) => problem !== undefined)?.problem;
  const at = context.host.now().toISOString();
  const good = created.targets.flatMap(({ target, problem }) => (problem === undefined ? [target] : []));
  const last = created.id === undefined || good.length === 0 ? {} : { last: { id: created.id, at, targets: good } };
  await remember(
    name,
    { ...last, failed: failed === undefined ? undefined : { at, message: failed.message } },
    context,
  );
  if (created.outcome === "failed" || options.reason === "before-restore" || options.reason === "before-upgrade")
    return created;
  const { pruneAfter } = await import("./prune.ts");
  return { ...created, pruned: await pruneAfter(job.entry, good, context) };
}

async function attempt(job: Job, options: OneOptions, context: Context): Promise<Created> {
  const { name } = job.entry;
  const nothing = { name, outcome: "failed", targets: [], notes: [], pruned: [] } as const;
  try {
    const { manifest } = await readInputs(context);
    const opened = await openTargets(options.to.length > 0 ? options.to : job.entry.to, manifest, context);
    const targets = opened.flatMap((each) => ("target" in each ? [each.target] : []));
    const unopened = opened.flatMap((each) =>
      "fault" in each ? [{ target: each.name, problem: asProblem(each.fault) }] : [],
    );
    if (targets.length === 0) return { ...nothing, targets: unopened };
    const made = await onAllTargets(job, { options, targets, manifest }, context);
    const all = [...made.targets, ...unopened];
    const good = all.filter(({ problem }) => problem === undefined).length;
    const isWhole = good === all.length && made.problem === undefined;
    return { ...nothing, ...made, targets: all, outcome: isWhole ? "made" : good === 0 ? "failed" : "partly" };
  } catch (error) {
    if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED") throw error;
    return { ...nothing, problem: asProblem(error) };
  }
}

interface Everywhere {
  readonly options: OneOptions;
  readonly targets: readonly Target[];
  readonly manifest: Manifest;
}

/** Read once, onto the first place that takes it; copied from there to the others, while the service runs again. */
async function onAllTargets(
  job: Job,
  { options, targets, manifest }: Everywhere,
  context: Context,
): Promise<Pick<Created, "id" | "files" | "sizeBytes" | "encrypted" | "notes" | "targets" | "problem">> {
  const id = newId(context.host.now());
  const made = await makeBackup(job, { id, ...options, targets, manifest }, context);
  const { stored, notes, faults, resumeFault } = made;
  const done: Created["targets"][number][] = faults.map(({ target, fault }) => ({ target, problem: asProblem(fault) }));
  if (stored !== undefined && targets.includes(stored.target)) done.push(stands(stored.record, stored.target));
  const open = targets.filter(({ name }) => !done.some(({ target }) => target === name));
  for (const target of open) done.push(await copyTo(target, stored, context));
  const { files, sizeBytes, encrypted } = stored?.record ?? {};
  const targetOrder = targets.map(({ name }) => name);
  return {
    ...(stored === undefined
      ? {}
      : { id, files: files ?? 0, sizeBytes: sizeBytes ?? 0, encrypted: encrypted ?? false }),
    notes,
    targets: done.sort((a, b) => targetOrder.indexOf(a.target) - targetOrder.indexOf(b.target)),
    ...(resumeFault === undefined ? {} : { problem: asProblem(resumeFault) }),
  };
}

function stands({ archive, index }: BackupRecord, { name }: Target): Created["targets"][number] {
  return { target: name, storedBytes: archive.sizeBytes + index.sizeBytes };
}

async function copyTo(
  target: Target,
  stored: Stored | undefined,
  context: Context,
): Promise<Created["targets"][number]> {
  if (stored === undefined) {
    const fault = new AtkError("E_BACKUP", "nothing was made that could be copied there");
    return { target: target.name, problem: asProblem(fault) };
  }
  const { name, id } = stored.record;
  const begun = { target: target.name, name, id };
  await noteBegun(begun, context);
  try {
    const copy = (): Promise<BackupRecord> => copyBackup(stored, target, secretKeyOf(context));
    const record = await context.step(`Copy ${name} to ${target.name}`, copy);
    await forgetBegun(begun, context);
    return stands(record, target);
  } catch (error) {
    await removeUnfinished(context);
    if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED") throw error;
    return { target: target.name, problem: asProblem(error) };
  }
}
