import { isatty } from "node:tty";
import { run } from "./cli/run.ts";
import type { Session } from "./cli/session.ts";
import type { Host } from "./core/host.ts";

/** Runs one command line on the real machine. With main.ts the only place that touches `process`. */
export async function runProcess(words: readonly string[]): Promise<number> {
  await forgetEnvFile(words);
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

/**
 * Node 20 takes an `--env-file` for its own wherever it stands on the command line, and has put the file's variables into the
 * environment by now. (nodejs/node#54232) They are meant for a plugin, not for every program that atk starts.
 */
async function forgetEnvFile(words: readonly string[]): Promise<void> {
  const at = words.findIndex((word) => word === "--env-file" || word.startsWith("--env-file="));
  const path = words[at] === "--env-file" ? words[at + 1] : words[at]?.slice("--env-file=".length);
  if (path === undefined || Number(process.versions.node.split(".")[0]) > 20) return;
  const [{ readFile }, { dotenvVariables }] = await Promise.all([
    import("node:fs/promises"),
    import("./formats/dotenv-variables.ts"),
  ]);
  const text = await readFile(path, "utf8").catch(() => "");
  for (const [name, value] of Object.entries(dotenvVariables(text)))
    if (process.env[name] === value) delete process.env[name];
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
