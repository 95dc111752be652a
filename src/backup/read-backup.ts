import { createHash } from "node:crypto";
import type { ListedEntry } from "./archive/entry.ts";
import { decryptBytes } from "./archive/lock-age.ts";
import { measure, unzip, type Bytes, type Measured } from "./archive/streams.ts";
import { readTar } from "./archive/tar-read.ts";
import { damaged } from "./backup-fault.ts";
import { readIndex, type Index } from "./index-file.ts";
import { folderOf, type BackupRecord, type Part } from "./record.ts";
import type { Target } from "./target.ts";

/** A backup where it lies. */
export interface Stored {
  readonly record: BackupRecord;
  readonly target: Target;
}

/** This machine's secret key (`AGE-SECRET-KEY-1...`), asked for when something is encrypted. @throws AtkError E_ENV where it has none */
export type SecretKey = () => Promise<string>;

/** The list of what is in it. @throws AtkError E_DAMAGED, E_ENV for another's key, E_BACKUP when it cannot be reached */
export async function openIndex(stored: Stored, key: SecretKey): Promise<Index> {
  const checked = check(stored, stored.record.index);
  const index = await readIndex(await plain(checked.bytes, stored.record.index, key));
  checked.refuse();
  return index;
}

export interface OpenEntry {
  readonly entry: ListedEntry;
  /** Has to be read to its end, or not at all; a digest that does not fit is thrown at its end. */
  readonly content: Bytes;
}

/**
 * Everything that the list names, in the order of the archive, each compared with its digest. What the caller does not read is read and
 * compared all the same.
 * @throws AtkError E_DAMAGED, at the latest at the end: until then nothing may be taken for true
 */
export async function* openEntries(stored: Stored, index: Index, key: SecretKey): AsyncIterable<OpenEntry> {
  const { record } = stored;
  const wanted = new Map(index.entries.map((entry) => [entry.n, entry]));
  const checked = check(stored, record.archive);
  let n = 0;
  for await (const { entry, content } of readTar(await plain(checked.bytes, record.archive, key))) {
    const listed = wanted.get(n);
    n += 1;
    if (listed === undefined) continue;
    wanted.delete(listed.n);
    if (listed.path !== entry.path || listed.type !== entry.type || listed.size !== entry.size)
      throw damaged(
        `${where(stored)}: the archive has ${JSON.stringify(entry.path)} where its list has ${JSON.stringify(listed.path)}`,
      );
    const compared = compare(listed, content, stored);
    yield { entry: listed, content: compared.bytes };
    if (!compared.isRead()) for await (const _rest of compared.bytes);
  }
  const [missing] = wanted.values();
  if (missing !== undefined)
    throw damaged(`${where(stored)}: ${JSON.stringify(missing.path)} is missing in the archive`);
  checked.refuse();
}

/** Reads all of it and compares every digest. @throws as openEntries */
export async function verifyBackup(stored: Stored, key: SecretKey): Promise<Index> {
  const index = await openIndex(stored, key);
  for await (const _entry of openEntries(stored, index, key));
  return index;
}

function compare(listed: ListedEntry, content: Bytes, stored: Stored): { readonly bytes: Bytes; isRead(): boolean } {
  let isRead = false;
  const bytes = async function* (): Bytes {
    isRead = true;
    const hash = createHash("sha256");
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
    if (listed.type === "file" && hash.digest("hex") !== listed.sha256)
      throw damaged(`${where(stored)}: ${JSON.stringify(listed.path)} is not what was kept: its digest is another`);
  };
  return { bytes: bytes(), isRead: () => isRead };
}

/** The bytes of a part as they lie there; `refuse` compares them, once all are through. */
function check({ record, target }: Stored, part: Part): { readonly bytes: Bytes; refuse(): void } {
  const seen: Measured = { sizeBytes: 0, sha256: "" };
  const path = `${folderOf(record)}/${part.file}`;
  return {
    bytes: measure(target.read(path), seen),
    refuse() {
      if (seen.sha256 !== part.sha256)
        throw damaged(`${target.name}: ${path} has ${seen.sizeBytes} bytes with another digest than its manifest says`);
    },
  };
}

async function plain(bytes: Bytes, { file }: Part, key: SecretKey): Promise<Bytes> {
  const open = file.endsWith(".age") ? decryptBytes(bytes, await key()) : bytes;
  return /\.gz(\.age)?$/.test(file) ? unzip(open) : open;
}

function where({ record, target }: Stored): string {
  return `backup ${record.name} ${record.id} in ${target.name}`;
}
