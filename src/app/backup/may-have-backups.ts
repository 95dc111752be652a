import type { Context } from "../context.ts";
import { backupDirectory } from "./backup-place.ts";

/** Says that a manifest may have them; what really stands there is for who parses it. */
const SECTION = /^\s*["']?backups["']?\s*:/m;

/** Whether there can be anything to say of backups here. Cheap, because `atk status` asks it every time: nothing is parsed for it. */
export async function mayHaveBackups(context: Context): Promise<boolean> {
  const text = await context.look.text(context.workspace.manifestFile);
  if (text !== undefined && SECTION.test(text)) return true;
  return (await context.host.files.stat(backupDirectory(context))) !== undefined;
}
