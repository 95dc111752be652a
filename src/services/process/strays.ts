import type { ProcessIdentity } from "../../host/process-identity.ts";
import { outputPath } from "./output-files.ts";
import { endAll } from "./process-group.ts";
import { processRows, wasStartedWith, writesTo, type Row } from "./process-table.ts";

/** What tells a service's process from every other one, when the process that was recorded is gone. */
export interface Marks {
  readonly runDirectory: string;
  /** The process that led the service's session. Absent when it was never recorded. */
  readonly leader: ProcessIdentity | undefined;
  /** A variable with which only processes of this service are started, `NAME=value`. */
  readonly variable: string | undefined;
}

/** `env`: the environment that the command was given. */
export function marksOf(
  runDirectory: string,
  leader: ProcessIdentity | undefined,
  env: Readonly<Record<string, string>>,
): Marks {
  const folder = env["ATK_PLUGIN_DIR"];
  return { runDirectory, leader, variable: folder === undefined ? undefined : `ATK_PLUGIN_DIR=${folder}` };
}

/**
 * Ends what is left of a service whose first process is gone: its children, and a service that was started by a supervisor that was
 * killed before it could write down the number. A number alone proves nothing, since it may have been given to a stranger, who may have
 * made a session of that number: each one must also write to the service's own log, or have been started with its variable.
 * No effect where there is no /proc.
 */
export async function endStrays(marks: Marks, graceMs: number): Promise<void> {
  const find = (): readonly Row[] => processRows()?.filter((row) => isStray(row, marks)) ?? [];
  const send = (signal: NodeJS.Signals): void => {
    for (const { pid, group } of find()) trySignal(group === pid ? -pid : pid, signal);
  };
  await endAll(send, () => find().length > 0, graceMs);
}

function isStray({ pid, group, session }: Row, { runDirectory, leader, variable }: Marks): boolean {
  if (pid === process.pid) return false;
  const isMember = leader === undefined ? session === pid : session === leader.pid || group === leader.pid;
  if (!isMember) return false;
  if (writesTo(pid, outputPath(runDirectory))) return true;
  return leader !== undefined && variable !== undefined && wasStartedWith(pid, variable);
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
