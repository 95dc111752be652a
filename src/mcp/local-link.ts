import type { Transport } from "@modelcontextprotocol/client";
import type { Readable, Writable } from "node:stream";
import { AtkError } from "../core/errors.ts";
import type { ConcreteServer } from "./concrete-server.ts";
import { createLineSplitter } from "./line-splitter.ts";
import type { Link, ProbeOptions } from "./probe.ts";
import { endGroup, isDetached } from "./process-group.ts";
import { createTail, type Tail } from "./tail.ts";

type LocalServer = Extract<ConcreteServer, { transport: "stdio" }>;

/** No list of tools is as long as this. */
const MAX_STDOUT_BYTES = 16 * 1024 * 1024;
const SETTLE_MS = 150;

/**
 * Starts a server in a process group of its own: `npx` starts a shell that starts the server, and all of them must go at the
 * end. (The client library's own stdio transport ends only the first of them.)
 * @throws AtkError E_PROGRAM when the program is not there.
 */
export async function openLocal(server: LocalServer, options: ProbeOptions): Promise<Link> {
  const process = await start(server, options);
  const stderr = createTail(process.stderr);
  const stdout = { bytes: 0, garbage: undefined as string | undefined };
  const lost = lossOf(process, stdout);
  return {
    transport: await createTransport(process, stdout),
    lost,
    witness: {
      stderr: stderr.text,
      garbage: () => stdout.garbage,
      settle: async () => Promise.race([stderr.ended, pause(SETTLE_MS)]),
    },
    end: () => endProcess(process, stderr),
  };
}

interface Started {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Why it can no longer answer, once it ended. */
  readonly exit: Promise<string>;
}

async function start(server: LocalServer, { env, cwd }: ProbeOptions): Promise<Started> {
  const { execa } = await import("execa");
  const child = execa(server.command, [...server.args], {
    cwd: server.cwd ?? cwd,
    env: { ...env, ...server.env },
    extendEnv: false,
    detached: isDetached,
    buffer: false,
    reject: false,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    windowsHide: true,
  });
  const { pid, stdin, stdout, stderr } = child;
  if (pid === undefined) throw notStarted(server, cwd, await child);
  const exit = child.then(({ exitCode, signal }) =>
    signal === undefined ? `it exited with code ${exitCode ?? "unknown"}` : `it was ended by ${signal}`,
  );
  return { pid, stdin, stdout, stderr, exit };
}

interface Refusal {
  readonly code?: string | undefined;
  readonly shortMessage?: string | undefined;
}

function notStarted(server: LocalServer, cwd: string, { code, shortMessage = "" }: Refusal): AtkError {
  const folder = server.cwd ?? cwd;
  if (/"cwd" option is invalid/.test(shortMessage)) {
    return new AtkError("E_COMMAND", `${server.id}: the folder to start the server in is not there: ${folder}`);
  }
  const why =
    code === "EACCES"
      ? "it may not be run (no x bit)"
      : code === "ENOENT"
        ? "it is not there, or not on PATH"
        : (code ?? "no reason given");
  return new AtkError("E_PROGRAM", `${server.id}: cannot start ${server.command}: ${why}`, {
    hint:
      server.command === "npx"
        ? "install Node.js, which brings npx"
        : `install ${server.command}, or correct the command`,
  });
}

interface Stdout {
  bytes: number;
  garbage: string | undefined;
}

async function lossOf(process: Started, stdout: Stdout): Promise<string> {
  const flooded = new Promise<string>((done) => {
    process.stdout.on("data", (chunk: Buffer) => {
      stdout.bytes += chunk.length;
      if (stdout.bytes > MAX_STDOUT_BYTES) done(`it floods stdout (more than ${MAX_STDOUT_BYTES / 1024 / 1024} MiB)`);
    });
  });
  return Promise.race([flooded, process.exit]);
}

async function createTransport(process: Started, stdout: Stdout): Promise<Transport> {
  const { deserializeMessage, serializeMessage } = await import("@modelcontextprotocol/client");
  const lines = createLineSplitter();
  const take = (line: string): void => {
    try {
      transport.onmessage?.(deserializeMessage(line));
    } catch (error) {
      transport.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const transport: Transport = {
    start: async () => {
      process.stdout.on("data", (chunk: Buffer) => {
        for (const line of lines.push(chunk)) {
          // Every MCP message is a JSON object on one line; the rest is somebody's logging.
          if (line.startsWith("{")) take(line);
          else if (line.trim() !== "") stdout.garbage ??= line.slice(0, 200);
        }
      });
      // A server that is gone does not take what is written to it; `lost` says so better.
      process.stdin.on("error", () => {});
    },
    send: async (message) => void process.stdin.write(serializeMessage(message)),
    close: async () => transport.onclose?.(),
  };
  return transport;
}

async function endProcess(process: Started, stderr: Tail): Promise<void> {
  process.stdin.destroy();
  process.stdout.removeAllListeners("data");
  process.stdout.resume();
  await endGroup(process);
  stderr.stop();
  process.stdout.destroy();
}

async function pause(durationMs: number): Promise<void> {
  await new Promise((done) => setTimeout(done, durationMs));
}
