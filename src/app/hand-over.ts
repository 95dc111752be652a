import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { AtkError } from "../core/errors.ts";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** What it reads and where it writes; absent: this process's own stdin and stdout. */
  readonly between?: { readonly input: Readable; readonly output: Writable };
}

/** Runs a program on this process's own stdin, stdout and stderr, with its signals; gives its exit code. @throws AtkError E_PROGRAM. */
export function handOver({ command, args, cwd, env, between }: Start): Promise<number> {
  const place = cwd === undefined ? {} : { cwd };
  const child =
    between === undefined
      ? spawn(command, args, { stdio: "inherit", env, ...place })
      : connected(spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env, ...place }), between);
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new AtkError("E_PROGRAM", `the program '${command}' could not be started: ${cause.code ?? cause.message}`, {
          cause,
        }),
      );
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

function connected(
  child: ChildProcessByStdio<Writable, Readable, null>,
  between: NonNullable<Start["between"]>,
): ChildProcess {
  between.input.pipe(child.stdin);
  // A server that is gone does not take what is written to it; its exit says so better.
  child.stdin.on("error", () => undefined);
  child.stdout.pipe(between.output);
  return child;
}
