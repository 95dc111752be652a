import { AtkError } from "../core/errors.ts";
import { collect } from "./archive/streams.ts";
import type { Stored } from "./read-backup.ts";
import { ID, readRecord, RECORD_FILE, type BackupRecord } from "./record.ts";
import type { Target } from "./target.ts";

/** What a target has. */
export interface Catalog {
  /** Oldest first. */
  readonly backups: readonly Stored[];
  /** Folders that look like a backup and whose manifest cannot be read. */
  readonly broken: readonly { readonly folder: string; readonly fault: AtkError }[];
  /** Folders without a manifest: never finished, or half removed. */
  readonly unfinished: readonly string[];
}

const AT_ONCE = 8;

/** Every backup on a target, or those of one name. @throws AtkError E_BACKUP when the target cannot be asked */
export async function readCatalog(target: Target, name?: string): Promise<Catalog> {
  const files = await target.list(name ?? "");
  const folders = new Map<string, boolean>();
  for (const { path } of files) {
    const [of = "", id = "", ...rest] = path.split("/");
    if (!ID.test(id) || rest.length !== 1) continue;
    const folder = `${of}/${id}`;
    folders.set(folder, folders.get(folder) === true || rest[0] === RECORD_FILE);
  }
  const backups: Stored[] = [];
  const broken: { folder: string; fault: AtkError }[] = [];
  const waiting = [...folders].flatMap(([folder, isWhole]) => (isWhole ? [folder] : [])).values();
  const worker = async (): Promise<void> => {
    for (const folder of waiting) {
      const found = await readOne(folder, target);
      if (found instanceof AtkError) broken.push({ folder, fault: found });
      else backups.push({ record: found, target });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return {
    backups: backups.sort((a, b) => order(a.record, b.record)),
    broken,
    unfinished: [...folders].flatMap(([folder, isWhole]) => (isWhole ? [] : [folder])),
  };
}

/** By the time that stands in it; ids, which begin with it, where that is the same. */
export function order(a: BackupRecord, b: BackupRecord): number {
  const [left, right] = [`${a.created} ${a.id}`, `${b.created} ${b.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

async function readOne(folder: string, target: Target): Promise<BackupRecord | AtkError> {
  const path = `${folder}/${RECORD_FILE}`;
  try {
    const record = readRecord(await collect(target.read(path)), `${target.name}: ${path}`);
    if (`${record.name}/${record.id}` === folder) return record;
    return new AtkError("E_DAMAGED", `${target.name}: ${path} is the manifest of another backup`);
  } catch (error) {
    if (error instanceof AtkError && error.code === "E_DAMAGED") return error;
    throw error;
  }
}
