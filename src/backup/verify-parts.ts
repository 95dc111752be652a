import { measureAll } from "./archive/streams.ts";
import { damaged } from "./backup-fault.ts";
import type { Stored } from "./read-backup.ts";
import { folderOf } from "./record.ts";

/** Reads both files of a backup as they lie there and compares them with its manifest. Needs no key. @throws AtkError E_DAMAGED, E_BACKUP */
export async function verifyParts({ record, target }: Stored): Promise<void> {
  for (const part of [record.index, record.archive]) {
    const path = `${folderOf(record)}/${part.file}`;
    const { sha256, sizeBytes } = await measureAll(target.read(path));
    if (sha256 !== part.sha256)
      throw damaged(`${target.name}: ${path} has ${sizeBytes} bytes with another digest than its manifest says`);
  }
}
