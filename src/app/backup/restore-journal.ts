import type { Context } from "../context.ts";

export async function hasOpenRestore(_context: Context): Promise<boolean> {
  return false;
}
export async function finishRestore(_context: Context): Promise<void> {}
