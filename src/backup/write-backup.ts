import { encryptBytes } from "./archive/lock-age.ts";
import type { Packing } from "./archive/pack.ts";
import { inBlocks, measure, measureAll, zip, type Bytes, type Measured } from "./archive/streams.ts";
import { damaged } from "./backup-fault.ts";
import { indexLines, type Index } from "./index-file.ts";
import { folderOf, RECORD_FILE, seal, type BackupRecord, type Part } from "./record.ts";
import type { Target } from "./target.ts";

/** What is known of a backup before it is made. */
export type Begun = Omit<BackupRecord, "archive" | "index" | "files" | "sizeBytes" | "seal" | "format">;

export interface WriteRequest {
  readonly begun: Begun;
  readonly packing: Packing;
  readonly places: Index["places"];
  /** Grows while it is packed. */
  readonly notes: readonly string[];
  /** Public keys; empty: not encrypted. */
  readonly keys: readonly string[];
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * A backup on a target: archive and list, each read again and compared, then the manifest, without which it does not exist. What was
 * written of one that failed is taken away.
 */
export async function writeBackup(request: WriteRequest, target: Target): Promise<BackupRecord> {
  const { begun, packing, places, notes } = request;
  const folder = folderOf(begun);
  try {
    const archive = await writePart(`data.tar${ending(request, target)}`, wrap(packing.bytes, request, target), {
      folder,
      target,
    });
    const index: Index = { places, notes, entries: packing.list() };
    const list = await writePart(`files.jsonl${ending(request, target)}`, wrap(indexLines(index), request, target), {
      folder,
      target,
    });
    const files = index.entries.filter(({ type }) => type === "file");
    const sizeBytes = files.reduce((total, { size }) => total + size, 0);
    const record = seal({ format: 1, ...begun, archive, index: list, files: files.length, sizeBytes });
    await writeRecord(record, target);
    return record;
  } catch (error) {
    await removeBackup(begun, target).catch(() => undefined);
    throw error;
  }
}

export async function writeRecord(record: BackupRecord, target: Target): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`);
  await target.write(`${folderOf(record)}/${RECORD_FILE}`, once(text));
}

async function* once(bytes: Uint8Array): Bytes {
  yield bytes;
}

/** The manifest first: what is left when this is stopped is no backup. */
export async function removeBackup(backup: Pick<BackupRecord, "name" | "id">, target: Target): Promise<void> {
  const folder = folderOf(backup);
  const files = (await target.list(folder)).map(({ path }) => path);
  const record = `${folder}/${RECORD_FILE}`;
  for (const path of [...files.filter((each) => each === record), ...files.filter((each) => each !== record)])
    await target.remove(path);
}

function ending({ keys }: Pick<WriteRequest, "keys">, { raw }: Target): string {
  return raw ? "" : keys.length > 0 ? ".gz.age" : ".gz";
}

function wrap(bytes: Bytes, { keys }: Pick<WriteRequest, "keys">, { raw }: Target): Bytes {
  const blocks = inBlocks(bytes, CHUNK_BYTES);
  if (raw) return blocks;
  return keys.length > 0 ? encryptBytes(zip(blocks), keys) : zip(blocks);
}

interface Where {
  readonly folder: string;
  readonly target: Target;
}

/** Written, then read as it lies there. */
export async function writePart(file: string, content: Bytes, { folder, target }: Where): Promise<Part> {
  const written: Measured = { sizeBytes: 0, sha256: "" };
  const path = `${folder}/${file}`;
  await target.write(path, measure(content, written));
  const found = await measureAll(target.read(path));
  if (found.sha256 !== written.sha256)
    throw damaged(
      `${target.name}: ${path} is not what was written there a moment ago`,
      "look at the disk; the earlier backups are as they were",
    );
  return { file, ...written };
}
