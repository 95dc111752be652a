import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { AtkError } from "../../core/errors.ts";
import { createHider } from "../../core/hide-values.ts";
import type { Host } from "../../core/host.ts";

/** A program that moves backups. What it is given in `env` may be secret; arguments never are. */
export interface TargetProgram {
  /** Name of the target, for errors. */
  readonly target: string;
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values that must not be seen in what it says. */
  readonly secrets: readonly string[];
  readonly cwd: string;
  readonly host: Host;
}

export interface ProgramEnd {
  readonly exitCode: number;
  readonly stdout: string;
  /** The end of what it said, secrets hidden. */
  readonly said: string;
}

export interface Call {
  readonly program: TargetProgram;
  readonly args: readonly string[];
}

const TAIL = 8 * 1024;
/** Nothing has moved for so long: the other side is gone. Both programs try again by themselves before that. */
/** For taking back what it began: restic its lock, rclone the parts of a file. */
const CLEANING_MS = 15_000;
const STALLED_MS = 10 * 60_000;

/** @throws AtkError E_PROGRAM saying how to get it */
export async function findProgram(command: string, target: string, host: Host): Promise<string> {
  const found = await host.programs.find(command);
  if (found !== undefined) return found;
  throw new AtkError("E_PROGRAM", `backup target ${target} needs ${command}, which is not on PATH`, {
    hint: `install ${command}: apt install ${command}, brew install ${command}, or its own site`,
  });
}

/** Runs it to its end, whatever that is. @throws AtkError E_BACKUP when it does not end in time */
export async function callProgram({ program, args }: Call, timeoutMs: number): Promise<ProgramEnd> {
  const { command, env, cwd, host, target } = program;
  const result = await host.programs.run({ command, args, env, cwd, timeoutMs, input: "" });
  if (result.timedOut) throw tooLate(target, command, timeoutMs);
  return { exitCode: result.exitCode, stdout: result.stdout, said: tellable(result.stderr, program) };
}

/** What the program writes, chunk by chunk, no faster than it is taken. @throws what `fault` makes of a bad end */
export async function* readProgram(
  { program, args }: Call,
  fault: (end: ProgramEnd) => AtkError,
): AsyncIterable<Uint8Array> {
  const { child, ended, alive, stop } = start(program, args, ["ignore", "pipe", "pipe"]);
  try {
    for await (const chunk of child.stdout ?? []) {
      alive();
      yield chunk as Uint8Array;
    }
    const end = await ended;
    if (end.exitCode !== 0) throw fault(end);
  } finally {
    await stop();
  }
}

/**
 * Gives the program a content, no faster than it takes it, and what it prints in the end. When the content breaks off the program is
 * ended: it would take the end of its input for the end of the file.
 * @throws what the content throws, else what `fault` makes of a bad end
 */
export async function writeProgram(
  { program, args }: Call,
  content: AsyncIterable<Uint8Array>,
  fault: (end: ProgramEnd) => AtkError,
): Promise<{ readonly end: ProgramEnd; readonly bytes: number }> {
  const { child, ended, alive, stop } = start(program, args, ["pipe", "pipe", "pipe"]);
  let bytes = 0;
  let closed = false;
  void ended.then(() => (closed = true));
  // It has ended by itself; its exit code tells why.
  child.stdin?.on("error", () => (closed = true));
  try {
    for await (const chunk of content) {
      if (closed) break;
      bytes += chunk.byteLength;
      if (child.stdin?.write(chunk) === false)
        await Promise.race([once(child.stdin, "drain").catch(() => undefined), ended]);
      alive();
    }
    child.stdin?.end();
    const end = await ended;
    if (end.exitCode !== 0) throw fault(end);
    return { end, bytes };
  } finally {
    await stop();
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<ProgramEnd>;
  /** Something has moved. */
  alive(): void;
  /** Ends it when it still runs; it may clean up behind itself. Its input stays open until then. */
  stop(): Promise<void>;
}

function start(program: TargetProgram, args: readonly string[], stdio: ("ignore" | "pipe")[]): Started {
  const { command, cwd, host, target } = program;
  const env = { ...host.machine.env, ...program.env };
  const child = spawn(command, [...args], { cwd, env, stdio });
  let [stdout, stderr, stalled] = ["", "", false];
  if (stdio[0] === "pipe") child.stdout?.on("data", (chunk: Buffer) => (stdout = (stdout + chunk).slice(-64 * TAIL)));
  child.stderr?.on("data", (chunk: Buffer) => (stderr = (stderr + chunk).slice(-TAIL)));
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(new AtkError("E_BACKUP", `backup target ${target}: ${command} could not be started`, { cause })),
    );
    child.on("close", (code) => {
      if (stalled) reject(tooLate(target, command, STALLED_MS));
      else resolve({ exitCode: code ?? 137, stdout, said: tellable(stderr, program) });
    });
  });
  // It is awaited when all is written or read; until then its failure is nobody's.
  ended.catch(() => undefined);
  const giveUp = (): void => {
    stalled = true;
    child.kill("SIGKILL");
  };
  const watch = setTimeout(giveUp, STALLED_MS);
  return {
    child,
    ended,
    alive: () => void watch.refresh(),
    stop: async () => {
      clearTimeout(watch);
      if (child.exitCode !== null || child.signalCode !== null) return;
      // What is not read any more must not keep it from ending.
      child.stdout?.resume();
      child.kill("SIGINT");
      const hard = setTimeout(() => child.kill("SIGKILL"), CLEANING_MS);
      await ended.catch(() => undefined);
      clearTimeout(hard);
    },
  };
}

function tellable(stderr: string, { secrets }: TargetProgram): string {
  const lines = createHider(secrets).text(stderr).trim().split("\n");
  return lines.slice(-5).join("\n");
}

function tooLate(target: string, command: string, ms: number): AtkError {
  return new AtkError(
    "E_BACKUP",
    `backup target ${target}: nothing has moved for ${ms / 1_000} s, so ${command} was ended`,
    {
      hint: "look whether the target can be reached, then try again",
    },
  );
}
