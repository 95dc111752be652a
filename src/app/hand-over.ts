import { spawn } from "node:child_process";
import { constants } from "node:os";
import { AtkError } from "../core/errors.ts";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a program on this process's own stdin, stdout and stderr, with its signals; gives its exit code. @throws AtkError E_PROGRAM. */
export function handOver({ command, args, cwd, env }: Start): Promise<number> {
  const child = spawn(command, args, { stdio: "inherit", env, ...(cwd === undefined ? {} : { cwd }) });
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
