import { constants } from "node:os";
import { execa } from "execa";
import type { Machine, RunRequest, RunResult } from "../core/host.ts";

const NOT_FOUND = 127;
const SIGNAL_BASE = 128;

/** Runs a program without a shell and waits for it. Never throws for its exit code. */
export async function runProgram(request: RunRequest, machine: Machine): Promise<RunResult> {
  const inherit = request.output === "inherit";
  const result = await execa(request.command, [...(request.args ?? [])], {
    cwd: request.cwd ?? machine.workingDirectory,
    env: { ...machine.env, ...request.env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
    stdin: request.input === undefined ? (inherit ? "inherit" : "ignore") : "pipe",
    stdout: inherit ? "inherit" : "pipe",
    stderr: inherit ? "inherit" : "pipe",
    ...(request.input === undefined ? {} : { input: request.input }),
    ...(request.timeoutMs === undefined ? {} : { timeout: request.timeoutMs }),
  });
  return {
    exitCode: exitCodeOf(result),
    stdout: text(result.stdout),
    stderr: text(result.stderr),
    timedOut: result.timedOut,
  };
}

function exitCodeOf(result: { exitCode?: number | undefined; signal?: string | undefined; code?: string | undefined }): number {
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.code === "ENOENT") return NOT_FOUND;
  const signal = constants.signals[result.signal as NodeJS.Signals];
  return signal === undefined ? 1 : SIGNAL_BASE + signal;
}

function text(output: unknown): string {
  return typeof output === "string" ? output : "";
}
