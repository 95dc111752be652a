import type { BackupEntry } from "../../manifest/upkeep.ts";
import type { Context } from "../context.ts";
export async function pruneAfter(
  _entry: BackupEntry,
  _targets: readonly string[],
  _context: Context,
): Promise<readonly { readonly id: string; readonly target: string }[]> {
  return [];
}
