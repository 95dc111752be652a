import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../core/host.ts";
import { endGroup, isDetached } from "../../mcp/process-group.ts";
import type { Inside, Talk } from "../service.ts";
import { shellWords } from "./shell-words.ts";

export interface Line {
  /** For the system's shell. */
  readonly text: string;
  readonly cwd: string;
  /** On top of the machine's environment. May hold secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** true: what it leaves in the background goes on when it ended well. */
  readonly mayLeave?: boolean;
  readonly talk?: Talk;
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

const KEPT_CHARACTERS = 16_384;
/** What was written before the end may still be on its way through the pipe; a child in the background holds the pipe for ever. */
const DRAIN_MS = 150;

/** Runs a line in a process group of its own, which is gone afterwards unless it may leave something. */
export async function runLine(line: Line, host: Host): Promise<LineEnd> {
  const { command, args, shell } = await shellWords(line);
  const child = spawn(command, args, {
    shell,
    cwd: line.cwd,
    env: { ...host.machine.env, ...line.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: isDetached,
    windowsHide: true,
  });
  const tail = follow(child, line.talk);
  const end = await endOf(child, line);
  await Promise.race([closed(child), sleep(DRAIN_MS, undefined, { ref: false })]);
  if (end.exitCode !== 0 || line.mayLeave !== true) await endGroup(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return { ...end, tail: tail() };
}

function follow(child: ChildProcess, talk: Talk | undefined): () => string {
  let tail = "";
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      talk?.(chunk, name);
      tail = (tail + chunk).slice(-KEPT_CHARACTERS);
    });
  }
  return () => tail;
}

function endOf(child: ChildProcess, { timeoutMs, signal: stop }: Line): Promise<Omit<LineEnd, "tail">> {
  return new Promise((resolve) => {
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => resolve({ timedOut: true }), timeoutMs);
    stop?.addEventListener("abort", () => resolve({ timedOut: false, signal: "SIGTERM" }), { once: true });
    child
      .once("error", (error: NodeJS.ErrnoException) => resolve({ timedOut: false, fault: error.code ?? "unknown" }))
      .once("exit", (exitCode, signal) => {
        clearTimeout(timer);
        resolve({
          timedOut: false,
          ...(exitCode === null ? {} : { exitCode }),
          ...(signal === null ? {} : { signal }),
        });
      });
  });
}

function closed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode === null && child.signalCode === null && child.pid === undefined) resolve();
    child.once("close", () => resolve());
  });
}
