import type { Extra } from "../../backup/archive/pack.ts";
import type { Context } from "../context.ts";

export function packVolume(_volume: string, _note: (message: string) => void, _context: Context): Extra {
  return async function* () {};
}
