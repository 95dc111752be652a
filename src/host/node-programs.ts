import { execFile, type ChildProcess } from "node:child_process";
import { statSync } from "node:fs";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import type { Options } from "execa";
import { AtkError } from "../core/errors.ts";
import type { Machine, Programs, RunRequest, RunResult } from "../core/host.ts";
import { findProgram } from "./find-program.ts";

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
/** How long a program that ignores a polite SIGTERM lives on after its time is up. */
const GRACE_MS = 2_000;

/** Real programs, started with execa: never through a shell, with nothing but the machine's environment and the request's. */
export function nodePrograms(machine: Machine): Programs {
  return {
    run: (request) => run(request, machine),
    find: async (program) => findProgram(program, machine),
  };
}

async function run(request: RunRequest, machine: Machine): Promise<RunResult> {
  const directory = request.cwd ?? machine.workingDirectory;
  refuseMissing(directory, request.command);
  if (isPlain(request, machine)) return capture(request, directory, machine);
  const { execa } = await import("execa");
  const child = execa(request.command, request.args ?? [], {
    ...optionsFor(request, machine),
    cwd: directory,
  });
  const release = letGoWhenOver(child, request);
  const kept = followOutput(child, request);
  const result = await child;
  release();
  return { ...toResult(result, request.command), ...kept?.() };
}

/**
 * A grandchild that outlives the program keeps its pipes open; when the time is up, or the program was ended, nobody waits for that.
 * Gives what forgets about it again.
 */
function letGoWhenOver(child: ChildProcess, { timeoutMs, signal }: RunRequest): () => void {
  const over = new AbortController();
  const letGo = (): void => {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (!hasEnded || !(over.signal.aborted || signal?.aborted)) return;
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => over.abort(), timeoutMs);
  over.signal.addEventListener("abort", letGo);
  signal?.addEventListener("abort", letGo);
  child.once("exit", letGo);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", letGo);
  };
}

interface Streams {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/** Hands output on as it comes and keeps its end, so that a program may say more than fits into memory. */
function followOutput(
  { stdout, stderr }: Streams,
  { onOutput, keepBytes }: RunRequest,
): (() => Pick<RunResult, "stdout" | "stderr">) | undefined {
  if (onOutput === undefined && keepBytes === undefined) return undefined;
  const keep = (stream: Readable | null, name: "stdout" | "stderr"): (() => string) => {
    const limit = keepBytes ?? MOST_OUTPUT_BYTES;
    let text = "";
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      onOutput?.(chunk, name);
      text += chunk;
      if (text.length > 2 * limit) text = text.slice(-limit);
    });
    return () => text.slice(-limit);
  };
  const [out, err] = [keep(stdout, "stdout"), keep(stderr, "stderr")];
  return () => ({ stdout: out(), stderr: err() });
}

/**
 * Nothing to feed, no time limit, output only collected: for `atk status`, which asks git one question, loading execa
 * takes longer than the answer. Batch files on Windows need execa's care.
 */
function isPlain(request: RunRequest, { platform }: Machine): boolean {
  const { input, timeoutMs, output, onOutput, signal, keepBytes } = request;
  const wishes = [input, timeoutMs, onOutput, signal, keepBytes];
  return wishes.every((wish) => wish === undefined) && output !== "inherit" && platform !== "windows";
}

const MOST_OUTPUT_BYTES = 100 * 1024 * 1024;

function capture(request: RunRequest, cwd: string, machine: Machine): Promise<RunResult> {
  const options = { cwd, env: environment(machine, request), maxBuffer: MOST_OUTPUT_BYTES, encoding: "utf8" } as const;
  return new Promise((resolve) => {
    const child = execFile(request.command, [...(request.args ?? [])], options, (error, stdout, stderr) => {
      const code = typeof error?.code === "string" ? error.code : undefined;
      const signal = error?.signal ?? undefined;
      resolve(
        toResult(
          {
            exitCode: signal || code ? undefined : (child.exitCode ?? 0),
            signal,
            code,
            stdout,
            stderr,
            timedOut: false,
          },
          request.command,
        ),
      );
    });
    child.stdin?.end();
  });
}

function optionsFor(request: RunRequest, machine: Machine) {
  const output = request.output === "inherit" ? "inherit" : "pipe";
  const silent = request.output === "inherit" ? "inherit" : "ignore";
  return {
    env: environment(machine, request),
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    windowsHide: true,
    forceKillAfterDelay: GRACE_MS,
    stdout: output,
    stderr: output,
    ...(request.input === undefined ? { stdin: silent } : { input: request.input }),
    ...(request.timeoutMs === undefined ? {} : { timeout: request.timeoutMs }),
    ...(request.signal === undefined ? {} : { cancelSignal: request.signal }),
    ...(request.onOutput === undefined && request.keepBytes === undefined ? {} : { buffer: false }),
  } as const satisfies Options;
}

function environment(machine: Machine, request: RunRequest): Record<string, string> {
  const merged = { ...machine.env, ...request.env };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The system reports a missing directory as if the program were missing. */
function refuseMissing(directory: string, command: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new AtkError("E_COMMAND", `cannot run ${command} in ${directory}: there is no such directory`, {
    at: { file: directory },
  });
}

/** What is used of execa's result. */
interface Outcome {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly code?: string | undefined;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
  readonly timedOut: boolean;
}

function toResult(result: Outcome, command: string): RunResult {
  const exitCode = result.exitCode ?? failureCode(result);
  const stderr = textOf(result.stderr);
  const missing = exitCode === NOT_FOUND && stderr === "";
  return {
    exitCode,
    stdout: textOf(result.stdout),
    stderr: missing ? `${command}: command not found\n` : stderr,
    timedOut: result.timedOut,
  };
}

function failureCode({ signal, code }: Outcome): number {
  if (signal !== undefined) return 128 + (constants.signals[signal] ?? 0);
  return code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
}

function textOf(output: unknown): string {
  return typeof output === "string" ? output : "";
}
