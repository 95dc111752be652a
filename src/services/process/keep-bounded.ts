import { watch } from "node:fs";
import type { OutputLog } from "./output-log.ts";

/** While it grows fast, while it grows, and where the system cannot tell that it grows. */
const FAST_MS = 10;
const SLOW_MS = 50;
const UNTOLD_MS = 250;
/** So many looks without growth, and it is left to the system to tell. */
const IDLE_LOOKS = 10;

/**
 * Looks after the size of a log while somebody else writes to it; gives what ends that. A log at rest costs nothing: the system tells
 * when it grows. From then on it is looked at, since being told of every line would cost more than the lines.
 */
export function keepBounded(log: OutputLog, logBytes: number): () => void {
  let disarm: () => void = () => undefined;
  let idleLooks = 0;
  const look = (): void => {
    disarm();
    const grownBytes = log.check();
    idleLooks = grownBytes === 0 ? idleLooks + 1 : 0;
    if (idleLooks >= IDLE_LOOKS) disarm = untilItGrows(log, look);
    else disarm = after(grownBytes > logBytes / 8 ? FAST_MS : SLOW_MS, look);
  };
  look();
  return () => disarm();
}

/** Watches are few on Linux: 128 for a user, shared with all editors. (inotify(7): max_user_instances) */
function untilItGrows(log: OutputLog, look: () => void): () => void {
  try {
    const watcher = watch(log.path, { persistent: false }, look);
    watcher.on("error", () => undefined);
    // It may have grown before it was watched, and a file that was removed tells nothing.
    const timer = after(log.check() === 0 ? LONG_MS : 0, look);
    return () => {
      watcher.close();
      timer();
    };
  } catch {
    return after(UNTOLD_MS, look);
  }
}

const LONG_MS = 5_000;

function after(delayMs: number, act: () => void): () => void {
  const timer = setTimeout(act, delayMs).unref();
  return () => clearTimeout(timer);
}
