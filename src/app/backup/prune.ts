import { readCatalog } from "../../backup/catalog.ts";
import { chooseKept } from "../../backup/choose-kept.ts";
import type { Stored } from "../../backup/read-backup.ts";
import { order } from "../../backup/catalog.ts";
import type { Target } from "../../backup/target.ts";
import { verifyParts } from "../../backup/verify-parts.ts";
import { removeBackup } from "../../backup/write-backup.ts";
import { AtkError, type Problem } from "../../core/errors.ts";
import type { BackupEntry } from "../../manifest/upkeep.ts";
import { namedMachine } from "../machines/named-machine.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { asProblem } from "../make-plan.ts";
import { openTargets } from "./open-targets.ts";
import { withBackupLock } from "./with-backup-lock.ts";

export interface Pruned {
  readonly name: string;
  readonly id: string;
  readonly created: string;
  readonly target: string;
  readonly sizeBytes: number;
}

export interface PruneReport {
  readonly removed: readonly Pruned[];
  readonly kept: number;
  readonly problems: readonly ({ readonly target: string; readonly code: string } & Problem)[];
}

/** Removes what `keep` of the manifest does not want any more, of this machine's backups. A name without `keep` keeps all. */
export async function pruneBackups({ dryRun }: { readonly dryRun: boolean }, context: Context): Promise<PruneReport> {
  const { manifest } = await readInputs(context);
  return withBackupLock(
    "atk backup prune",
    async () => {
      const reports: PruneReport[] = [];
      for (const entry of manifest.backups) reports.push(await pruneEntry(entry, { dryRun, names: entry.to }, context));
      return together(reports);
    },
    context,
  );
}

/** After a backup was made; a fault is no fault of the backup, and is told. Called with the backup lock. */
export async function pruneAfter(
  entry: BackupEntry,
  names: readonly string[],
  context: Context,
): Promise<readonly { readonly id: string; readonly target: string }[]> {
  const { removed, problems } = await pruneEntry(entry, { dryRun: false, names }, context);
  for (const { target, message } of problems) context.tell({ type: "warning", message: `${target}: ${message}` });
  return removed.map(({ id, target }) => ({ id, target }));
}

interface Wish {
  readonly dryRun: boolean;
  readonly names: readonly string[];
}

async function pruneEntry(entry: BackupEntry, { dryRun, names }: Wish, context: Context): Promise<PruneReport> {
  if (entry.keep === undefined) return together([]);
  const { manifest } = await readInputs(context);
  const opened = await openTargets(names, manifest, context);
  const reports = await Promise.all(
    opened.map(async (each): Promise<PruneReport> => {
      try {
        if ("fault" in each) throw each.fault;
        return await pruneTarget(entry, { dryRun, target: each.target }, context);
      } catch (error) {
        if (!(error instanceof AtkError)) throw error;
        return { removed: [], kept: 0, problems: [{ target: each.name, ...asProblem(error) }] };
      }
    }),
  );
  return together(reports);
}

function together(reports: readonly PruneReport[]): PruneReport {
  return {
    removed: reports.flatMap(({ removed }) => removed),
    kept: reports.reduce((total, { kept }) => total + kept, 0),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

/** Other machines' backups are theirs to remove: their clocks and their needs are not known here. */
async function pruneTarget(
  { name, keep }: BackupEntry,
  { dryRun, target }: { readonly dryRun: boolean; readonly target: Target },
  context: Context,
): Promise<PruneReport> {
  const { host } = context;
  const machine = namedMachine(context).name;
  const { backups } = await readCatalog(target, name);
  const own = backups.filter(({ record }) => record.machine === machine);
  const kept = chooseKept(
    own.map(({ record }) => record),
    keep,
    host.now(),
  );
  const [staying, going] = [
    own.filter(({ record }) => kept.has(record)),
    own.filter(({ record }) => !kept.has(record)),
  ];
  if (going.length > 0 && !dryRun) await refuseWithoutGood(name, staying);
  const removed: Pruned[] = [];
  for (const { record } of going) {
    if (!dryRun) await removeBackup(record, target);
    const { id, created, archive } = record;
    removed.push({ name, id, created, target: target.name, sizeBytes: archive.sizeBytes });
  }
  return { removed, kept: staying.length, problems: [] };
}

/** Nothing is removed before one that stays was read and found good: the last good one is never lost. @throws AtkError E_DAMAGED */
async function refuseWithoutGood(name: string, staying: readonly Stored[]): Promise<void> {
  const newestFirst = [...staying].sort((a, b) => order(b.record, a.record));
  for (const stored of newestFirst) {
    try {
      return await verifyParts(stored);
    } catch (error) {
      if (!(error instanceof AtkError) || (error.code !== "E_DAMAGED" && error.code !== "E_BACKUP")) throw error;
    }
  }
  throw new AtkError(
    "E_DAMAGED",
    `none of the ${staying.length} backups of ${name} that would stay is good, so none was removed`,
    {
      hint: `atk backup create ${name}, then atk backup verify ${name}`,
    },
  );
}
