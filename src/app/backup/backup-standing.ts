import type { Context } from "../context.ts";
import { backupDirectory } from "./backup-place.ts";

/** How one entry of `backups:` stands on this machine, by what it remembers; no target is asked. */
export interface BackupStanding {
  readonly name: string;
  readonly schedule?: string;
  /** ISO 8601; absent: none was made here. */
  readonly last?: string;
  /** There is a schedule, and two of its periods have passed. */
  readonly overdue: boolean;
  /** When a drill has restored one last, and which. */
  readonly proven?: { readonly id: string; readonly at: string };
  /** Why the newest attempt failed. */
  readonly failed?: string;
}

export interface BackupsStanding {
  readonly backups: readonly BackupStanding[];
  /** A backup or a restore was stopped half way; the next one finishes it. */
  readonly interrupted: boolean;
}

/** Undefined where there can be nothing to say of backups; nothing more is loaded then. */
export async function backupsStanding(context: Context): Promise<BackupsStanding | undefined> {
  if (!(await mayHaveBackups(context))) return undefined;
  const { readStanding } = await import("./read-standing.ts");
  return readStanding(context);
}

/** Says that a manifest may have them; what really stands there is for who parses it. */
const SECTION = /^\s*["']?backups["']?\s*:/m;

/** Cheap, because `atk status` asks it every time: nothing is parsed for it. */
async function mayHaveBackups(context: Context): Promise<boolean> {
  const text = await context.look.text(context.workspace.manifestFile);
  if (text !== undefined && SECTION.test(text)) return true;
  return (await context.host.files.stat(backupDirectory(context))) !== undefined;
}
