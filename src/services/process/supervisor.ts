import { claimService } from "./claim.ts";
import { STOP_MARGIN_MS, type Handover, type Reply } from "./handover.ts";
import { keepBounded } from "./keep-bounded.ts";
import { serve } from "./keep-up.ts";
import { readRecord } from "./record.ts";
import { standingOf } from "./standing.ts";
import { endStrays, marksOf } from "./strays.ts";
import { beginWatch, type Watch } from "./watch.ts";

/**
 * Starts the service of a handover and looks after it until it is stopped, has ended for good, or cannot be kept up.
 * Says one reply. When anything of the service runs already, it says so and does nothing.
 * The claim is held here and not by who started us: that one may be killed at any moment, and we would start all the same.
 */
export async function superviseService(
  handover: Handover,
  reply: (reply: Reply) => void,
  stop: AbortSignal,
): Promise<void> {
  const { runDirectory, stopGraceMs, rules } = handover;
  const release = await claimService(runDirectory, stopGraceMs + STOP_MARGIN_MS);
  if (release === undefined) return reply({ result: "busy" });
  let watch: Watch;
  try {
    const hindrance = hindranceIn(runDirectory);
    if (hindrance !== undefined) return reply({ result: hindrance });
    await endStrays(marksOf(runDirectory, readRecord(runDirectory)?.service, handover.env), stopGraceMs);
    watch = beginWatch(handover, stop);
  } finally {
    release();
  }
  const endBounds = keepBounded(watch.log, rules.logBytes);
  const beat = setInterval(() => watch.note({}), rules.beatMs).unref();
  await serve(watch, reply);
  clearInterval(beat);
  endBounds();
  watch.log.check();
  watch.log.close();
}

function hindranceIn(runDirectory: string): "running" | "elsewhere" | undefined {
  const standing = standingOf(readRecord(runDirectory), runDirectory);
  if (standing.where === "elsewhere") return "elsewhere";
  return standing.supervised || standing.running ? "running" : undefined;
}
