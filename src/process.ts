import { isatty } from "node:tty";
import { run } from "./cli/run.ts";
import type { Session } from "./cli/session.ts";
import type { Host } from "./core/host.ts";

/** Runs one command line on the real machine. With main.ts the only place that touches `process`. */
export async function runProcess(words: readonly string[]): Promise<number> {
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  return run(words, {
    host: realHost,
    stdout: { write: (text) => void process.stdout.write(text), isTerminal: process.stdout.isTTY === true },
    stderr: { write: (text) => void process.stderr.write(text), isTerminal: process.stderr.isTTY === true },
    interruption: takeSignals,
    // A getter opens its stream, which only some commands want.
    streams: () => ({ input: process.stdin, output: process.stdout }),
    stdinIsTerminal: isatty(0),
    env: process.env,
  });
}

async function realHost(): Promise<Host> {
  const { createNodeHost } = await import("./host/node-host.ts");
  return createNodeHost();
}

function takeSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** `atk list | head -1` closes our stdout: no reason to complain. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

export type { Session };
