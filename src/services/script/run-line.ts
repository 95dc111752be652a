import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../core/host.ts";
import { endGroup as endTree, isDetached } from "../../mcp/process-group.ts";
import { endGroup } from "../process/process-group.ts";
import type { Inside, Talk } from "../service.ts";
import { openOutput, type OutputFile } from "./output-file.ts";
import { shellWords } from "./shell-words.ts";

export interface Line {
  /** For the system's shell. */
  readonly text: string;
  readonly cwd: string;
  /** On top of the machine's environment. May hold secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Takes the output of both streams; then what the line leaves in the background goes on when the line ended well. */
  readonly outputFile?: string;
  readonly talk?: Talk;
  /** true: what it leaves in the background must not end with who started it; see `inside`. */
  readonly mayLeave?: boolean;
  /** Runs it apart from the machine. */
  readonly inside?: Inside | undefined;
}

export interface LineEnd {
  /** Undefined: ended by a signal, not started, or out of time. */
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  readonly timedOut: boolean;
  /** The system's code, e.g. ENOENT for a folder that is not there. */
  readonly fault?: string;
  /** The end of what it wrote to both streams. Holds whatever the line printed. */
  readonly tail: string;
}

type End = Omit<LineEnd, "tail">;

const KEPT_CHARACTERS = 16_384;
/** What was written before the end may still be on its way through the pipe; a child in the background holds the pipe for ever. */
const DRAIN_MS = 150;
/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 1_500;

/**
 * Runs a line in a process group of its own, which is gone afterwards unless it may go on.
 * @throws AtkError E_FILE when the output file cannot be written
 */
export async function runLine(line: Line, host: Host): Promise<LineEnd> {
  if (line.signal?.aborted === true) return { timedOut: false, signal: "SIGTERM", tail: "" };
  const output = line.outputFile === undefined ? undefined : openOutput(line.outputFile);
  const child = await start(line, output, host);
  const heard = listen(line.talk);
  output?.follow((chunk) => heard.hear(chunk, "stdout"));
  const drained = follow(child, heard.hear);
  const end = await endOf(child, line);
  await Promise.race([drained, sleep(DRAIN_MS, undefined, { ref: false })]);
  if (end.exitCode !== 0 || output === undefined) await endAll(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
  output?.close();
  return { ...end, tail: heard.tail() };
}

async function start(line: Line, output: OutputFile | undefined, { machine }: Host): Promise<ChildProcess> {
  const stream = output?.descriptor ?? "pipe";
  const { command, args, shell } = await shellWords(line);
  return spawn(command, args, {
    shell,
    cwd: line.cwd,
    env: { ...machine.env, ...line.env },
    stdio: ["ignore", stream, stream],
    detached: isDetached,
    windowsHide: true,
  });
}

/** Hands output on and keeps the end of it. */
function listen(talk: Talk | undefined): { readonly hear: Talk; tail(): string } {
  let tail = "";
  return {
    hear: (chunk, stream) => {
      talk?.(chunk, stream);
      tail = (tail + chunk).slice(-KEPT_CHARACTERS);
    },
    tail: () => tail,
  };
}

/** Resolves when it has ended and everything it wrote to its pipes was heard. */
function follow(child: ChildProcess, hear: Talk): Promise<void> {
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => hear(chunk, name));
  return new Promise((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
}

function endOf(child: ChildProcess, { timeoutMs, signal: stop }: Line): Promise<End> {
  return new Promise((resolve) => {
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => settle({ timedOut: true }), timeoutMs);
    const abort = (): void => settle({ timedOut: false, signal: "SIGTERM" });
    const settle = (end: End): void => {
      clearTimeout(timer);
      stop?.removeEventListener("abort", abort);
      resolve(end);
    };
    stop?.addEventListener("abort", abort);
    child
      .once("error", (error: NodeJS.ErrnoException) => settle({ timedOut: false, fault: error.code ?? "unknown" }))
      .once("exit", (exitCode, signal) => settle(ended(exitCode, signal)));
  });
}

function ended(exitCode: number | null, signal: NodeJS.Signals | null): End {
  return {
    timedOut: false,
    ...(exitCode === null ? {} : { exitCode }),
    ...(signal === null ? {} : { signal }),
  };
}

/** Windows has no process groups. */
async function endAll(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  await (isDetached ? endGroup(child.pid, GRACE_MS) : endTree(child));
}
