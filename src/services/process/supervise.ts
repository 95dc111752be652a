import { readFileSync, writeSync } from "node:fs";
import type { Handover, Reply } from "./handover.ts";
import { superviseService } from "./supervisor.ts";

/*
 * The program of a supervisor: one for each service, started on its own (process-driver.ts), and gone when the service is.
 * On standard input it gets one handover as JSON, on standard output it says one reply as JSON.
 */

const stopping = new AbortController();
process.on("SIGTERM", () => stopping.abort());
process.on("SIGINT", () => stopping.abort());
process.on("SIGHUP", () => undefined);

/** Who started us may be gone: the service is started all the same. */
function reply(message: Reply): void {
  try {
    writeSync(1, `${JSON.stringify(message)}\n`);
  } catch {
    // EPIPE: nobody listens any more.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// Text that ends half way is no JSON: its writer was killed, and nothing was started yet.
const handover = JSON.parse(readFileSync(0, "utf8")) as Handover;
superviseService(handover, reply, stopping.signal).catch((error: unknown) => {
  reply({ result: "fault", message: messageOf(error) });
});
