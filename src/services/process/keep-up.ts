import { setTimeout as sleep } from "node:timers/promises";
import type { Reply } from "./handover.ts";
import { nextMove, NO_RESTARTS, sayEnding, type Restarts } from "./next-move.ts";
import { runCommand, type Running } from "./run-command.ts";
import { endOf, endRun, endWithin, inPhase, servedBy, type Watch } from "./watch.ts";

/**
 * Sees the first run of the command through its first moment, which decides whether it could be started at all, and keeps it up from
 * then on. Resolves when it is stopped or over.
 */
export async function serve(watch: Watch, reply: (reply: Reply) => void): Promise<void> {
  const { handover, first, from, note } = watch;
  const startedMs = performance.now();
  const ending = await endWithin(first, watch, handover.rules.settleMs);
  if (ending === "time") {
    note(inPhase("running"));
    reply({ result: "started" });
    return keepUp(watch, startedMs);
  }
  await endRun(first.identity, watch);
  if (ending === "stop") {
    note(inPhase("stopped"));
    return reply({ result: "stopped" });
  }
  const { detail } = nextMove({ ending, ranMs: 0, nowMs: 0 }, { ...handover, restart: "never" }, NO_RESTARTS);
  note({ ...inPhase("failed"), lastEnding: ending, detail });
  reply({ result: "ended", ending, detail, from });
}

async function keepUp(watch: Watch, firstStartedMs: number): Promise<void> {
  const { handover, log, note } = watch;
  let [running, startedMs, restarts]: [Running, number, Restarts] = [watch.first, firstStartedMs, NO_RESTARTS];
  for (let count = 1; ; count += 1) {
    const ending = await endOf(running, watch);
    const nowMs = performance.now();
    // Also when it ended by itself: children that outlive it would hold its ports.
    await endRun(running.identity, watch);
    if (ending === "stop") return note(inPhase("stopped"));
    const move = nextMove({ ending, ranMs: nowMs - startedMs, nowMs }, handover, restarts);
    log.note(`${new Date().toISOString()}: ${handover.plugin} ${move.detail}`);
    if (move.kind === "over") return note({ ...inPhase(move.phase), lastEnding: ending, detail: move.detail });
    note({ ...inPhase("backing off"), lastEnding: ending, detail: move.detail });
    if (await isStoppedWithin(move.pauseMs, watch)) return note(inPhase("stopped"));
    [running, startedMs, restarts] = [runCommand(handover, log.fd), performance.now(), move.restarts];
    const detail = `started again after it ${sayEnding(ending)}`;
    note({ ...inPhase("running"), ...servedBy(running), restarts: count, detail });
  }
}

async function isStoppedWithin(waitMs: number, { stop }: Watch): Promise<boolean> {
  return sleep(waitMs, false, { signal: stop }).catch(() => true);
}
