import { setTimeout as sleep } from "node:timers/promises";
import { processRows } from "./process-table.ts";

const SHORTEST_POLL_MS = 5;
const LONGEST_POLL_MS = 100;
/** After SIGKILL a process may still have to come back from the disk. */
const KILL_MS = 2_000;

/**
 * Ends every process of a group: SIGTERM, and SIGKILL to what is left after `graceMs`. Resolves when none is left.
 * The caller has made sure that the group is the service's: its leader lives with the recorded start time, or is a child whose
 * end was told just now. A number is not given to a new process while a group still has it, so between two looks it stays ours.
 */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  await endAll(
    (signal) => signalGroup(group, signal),
    () => groupLives(group),
    graceMs,
  );
}

/** Asks `send` to end what `lives` tells about: politely, then by force. */
export async function endAll(
  send: (signal: NodeJS.Signals) => void,
  lives: () => boolean,
  graceMs: number,
): Promise<void> {
  if (!lives()) return;
  send("SIGTERM");
  // A stopped process takes its signal only when it goes on. (kill(2))
  send("SIGCONT");
  if (await isOver(lives, graceMs)) return;
  send("SIGKILL");
  await isOver(lives, KILL_MS);
}

/** Waits until it does not live any more; false when it still does after `waitMs`. */
export async function isOver(lives: () => boolean, waitMs: number): Promise<boolean> {
  const until = performance.now() + waitMs;
  for (let pauseMs = SHORTEST_POLL_MS; lives(); pauseMs = Math.min(2 * pauseMs, LONGEST_POLL_MS)) {
    const leftMs = until - performance.now();
    if (leftMs <= 0) return false;
    await sleep(Math.min(pauseMs, leftMs));
  }
  return true;
}

/** Members that have ended and wait for a parent that never asks keep the group, but nobody is in it. */
function groupLives(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  return processRows()?.some((row) => row.group === group) ?? true;
}

/** false: nobody is left in the group. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
