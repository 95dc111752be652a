import { decryptBytes } from "./archive/lock-age.ts";
import { measure, unzip, type Bytes, type Measured } from "./archive/streams.ts";
import { damaged } from "./backup-fault.ts";
import type { SecretKey, Stored } from "./read-backup.ts";
import { folderOf, seal, type BackupRecord, type Part } from "./record.ts";
import type { Target } from "./target.ts";
import { removeBackup, writePart, writeRecord } from "./write-backup.ts";

/** The same backup on another target, read again there. A target that packs by itself gets it unpacked. @throws AtkError E_BACKUP, E_DAMAGED */
export async function copyBackup({ record, target: from }: Stored, to: Target, key: SecretKey): Promise<BackupRecord> {
  const folder = folderOf(record);
  const copyPart = async ({ file, sha256 }: Part): Promise<Part> => {
    const seen: Measured = { sizeBytes: 0, sha256: "" };
    const bytes = measure(from.read(`${folder}/${file}`), seen);
    const copied = to.raw
      ? await writePart(bare(file), await unpacked(bytes, file, key), { folder, target: to })
      : await writePart(file, bytes, { folder, target: to });
    // A copy gets a seal of its own, which must not be put on what was damaged meanwhile.
    if (seen.sha256 === sha256) return copied;
    throw damaged(`${from.name}: ${folder}/${file} is not what its manifest says any more, so it was not copied`);
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
