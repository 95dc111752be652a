import type { Extra } from "../../backup/archive/pack.ts";
import type { Stored } from "../../backup/read-backup.ts";
import type { Index } from "../../backup/index-file.ts";
import type { Context } from "../context.ts";

export function packVolume(_volume: string, _note: (message: string) => void, _context: Context): Extra {
  return async function* () {};
}
export async function restoreVolume(
  _w: { readonly volume: string; readonly at: string; readonly stored: Stored; readonly index: Index },
  _context: Context,
): Promise<void> {}
