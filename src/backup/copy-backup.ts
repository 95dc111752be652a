import { decryptBytes } from "./archive/lock-age.ts";
import { unzip, type Bytes } from "./archive/streams.ts";
import type { SecretKey, Stored } from "./read-backup.ts";
import { folderOf, seal, type BackupRecord, type Part } from "./record.ts";
import type { Target } from "./target.ts";
import { removeBackup, writePart, writeRecord } from "./write-backup.ts";

/** The same backup on another target, read again there. A target that packs by itself gets it unpacked. @throws AtkError E_BACKUP, E_DAMAGED */
export async function copyBackup({ record, target: from }: Stored, to: Target, key: SecretKey): Promise<BackupRecord> {
  const folder = folderOf(record);
  const copyPart = async ({ file }: Part): Promise<Part> => {
    const bytes = from.read(`${folder}/${file}`);
    return to.raw
      ? writePart(bare(file), await unpacked(bytes, file, key), { folder, target: to })
      : writePart(file, bytes, { folder, target: to });
  };
  try {
    const { seal: _old, ...rest } = record;
    const copied = seal({ ...rest, archive: await copyPart(record.archive), index: await copyPart(record.index) });
    await writeRecord(copied, to);
    return copied;
  } catch (error) {
    await removeBackup(record, to).catch(() => undefined);
    throw error;
  }
}

function bare(file: string): string {
  return file.replace(/\.gz(\.age)?$/, "");
}

async function unpacked(bytes: Bytes, file: string, key: SecretKey): Promise<Bytes> {
  const open = file.endsWith(".age") ? decryptBytes(bytes, await key()) : bytes;
  return /\.gz(\.age)?$/.test(file) ? unzip(open) : open;
}
