import { order, readCatalog, type Catalog } from "../../backup/catalog.ts";
import type { Stored } from "../../backup/read-backup.ts";
import type { Reason } from "../../backup/record.ts";
import type { Target } from "../../backup/target.ts";
import { AtkError, type Problem } from "../../core/errors.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { asProblem } from "../make-plan.ts";
import { openTargets, type Opened } from "./open-targets.ts";
import { readRecords, type Records } from "./records.ts";

export interface ListedBackup {
  readonly name: string;
  readonly id: string;
  readonly created: string;
  readonly machine: string;
  readonly reason: Reason;
  readonly encrypted: boolean;
  readonly version?: string;
  readonly files: number;
  /** Unpacked. */
  readonly sizeBytes: number;
  /** On one target. */
  readonly storedBytes: number;
  readonly targets: readonly string[];
  /** When a drill on this machine has restored it last. */
  readonly proven?: string;
}

export interface BackupList {
  /** Newest first. */
  readonly backups: readonly ListedBackup[];
  readonly problems: readonly ({ readonly target: string; readonly code: string } & Problem)[];
}

export interface ListChoice {
  readonly name?: string | undefined;
  /** In place of all targets. */
  readonly from?: readonly string[];
}

/** All backups on all targets; a target that cannot be asked is a problem of its own. Reads manifests only. */
export async function listBackups(choice: ListChoice, context: Context): Promise<BackupList> {
  const [{ catalogs, problems }, records] = await Promise.all([readCatalogs(choice, context), readRecords(context)]);
  const stored = catalogs.flatMap(({ catalog }) => catalog.backups);
  const ids = [...new Set(stored.map(({ record }) => `${record.name}/${record.id}`))];
  const backups = ids.flatMap((id) =>
    listed(
      stored.filter(({ record }) => `${record.name}/${record.id}` === id),
      records,
    ),
  );
  const broken = catalogs.flatMap(({ target, catalog }) =>
    catalog.broken.map(({ fault }) => ({ target: target.name, ...asProblem(fault) })),
  );
  return { backups: backups.sort((a, b) => (a.created < b.created ? 1 : -1)), problems: [...problems, ...broken] };
}

function listed(copies: readonly Stored[], records: Records): readonly ListedBackup[] {
  const [first] = copies;
  if (first === undefined) return [];
  const { name, id, created, machine, reason, encrypted, plugin, files, sizeBytes, archive, index } = first.record;
  const { proven } = records[name] ?? {};
  return [
    {
      name,
      id,
      created,
      machine,
      reason,
      encrypted,
      ...(plugin?.version === undefined ? {} : { version: plugin.version }),
      files,
      sizeBytes,
      storedBytes: archive.sizeBytes + index.sizeBytes,
      targets: copies.map(({ target }) => target.name),
      ...(proven?.id === id ? { proven: proven.at } : {}),
    },
  ];
}

export interface Catalogs {
  readonly catalogs: readonly { readonly target: Target; readonly catalog: Catalog }[];
  readonly problems: BackupList["problems"];
}

/** What the targets have: those that are named, else `local` and all of the manifest. @throws AtkError E_USAGE for a named one that is none */
export async function readCatalogs({ name, from = [] }: ListChoice, context: Context): Promise<Catalogs> {
  const { manifest } = await readInputs(context);
  const opened = await openTargets(from.length > 0 ? from : allTargets(manifest), manifest, context);
  const wrong = opened.find((each) => "fault" in each && each.fault.code === "E_USAGE");
  if (wrong !== undefined && "fault" in wrong) throw wrong.fault;
  const read = await Promise.all(opened.map((each) => catalogOf(each, name)));
  return {
    catalogs: read.flatMap((each) => ("catalog" in each ? [each] : [])),
    problems: read.flatMap((each) => ("problem" in each ? [each.problem] : [])),
  };
}

function allTargets(manifest: Manifest): readonly string[] {
  return ["local", ...Object.keys(manifest.backupTargets)];
}

type Read = Catalogs["catalogs"][number] | { readonly problem: Catalogs["problems"][number] };

async function catalogOf(opened: Opened, name: string | undefined): Promise<Read> {
  const failed = (fault: AtkError): Read => ({ problem: { target: opened.name, ...asProblem(fault) } });
  if ("fault" in opened) return failed(opened.fault);
  try {
    return { target: opened.target, catalog: await readCatalog(opened.target, name) };
  } catch (error) {
    if (error instanceof AtkError) return failed(error);
    throw error;
  }
}

/** Copies of one backup, in the order in which they are tried. */
export type Copies = readonly [Stored, ...Stored[]];

export interface Wanted {
  readonly name: string;
  /** "latest" or undefined: the newest. */
  readonly id?: string | undefined;
  /** The newest that is not younger. */
  readonly at?: Date | undefined;
}

/**
 * The copies of the backup that is meant. Among several machines' those of this one come first: another's data is taken only where this
 * machine has none, or by its id.
 * @throws AtkError E_BACKUP when there is none
 */
export function chooseBackup(wanted: Wanted, { catalogs, problems }: Catalogs, machine: string): Copies {
  const all = catalogs.flatMap(({ catalog }) => catalog.backups).filter(({ record }) => record.name === wanted.name);
  const named = wanted.id !== undefined && wanted.id !== "latest";
  const fitting = all.filter(({ record }) =>
    named
      ? record.id === wanted.id || record.id.endsWith(`-${wanted.id}`)
      : wanted.at === undefined || Date.parse(record.created) <= wanted.at.getTime(),
  );
  const own = fitting.filter(({ record }) => record.machine === machine);
  const newest = newestOf(named || own.length === 0 ? fitting : own);
  if (newest === undefined) throw noBackup(wanted, all.length, problems);
  return [
    newest,
    ...fitting.filter(({ record, target }) => record.id === newest.record.id && target !== newest.target),
  ];
}

/** One that was put aside before a restore is not what the next restore means. */
function newestOf(stored: readonly Stored[]): Stored | undefined {
  const kept = [...stored].sort((a, b) => order(b.record, a.record));
  return kept.find(({ record }) => record.reason !== "before-restore") ?? kept[0];
}

function noBackup({ name, id, at }: Wanted, others: number, problems: Catalogs["problems"]): AtkError {
  const which =
    id !== undefined && id !== "latest" ? ` ${id}` : at === undefined ? "" : ` from before ${at.toISOString()}`;
  const [problem] = problems;
  const why = problem === undefined ? "" : `; ${problem.target} could not be asked: ${problem.message}`;
  return new AtkError("E_BACKUP", `there is no backup${which} of ${name}${why}`, {
    hint: others > 0 ? `atk backup list ${name}` : `atk backup create ${name}`,
  });
}
