import type { Readable, Writable } from "node:stream";
import type { Machine, ReadFiles } from "../core/host.ts";
import type { Server } from "../core/server.ts";
import type { GuardRules } from "../tools/guard/guard-rules.ts";
import { handOver, type Start } from "./hand-over.ts";
import type { ServerSpec } from "./server-specs.ts";

/** This process as a server's place. */
export interface Stage {
  readonly host: { readonly machine: Pick<Machine, "env">; readonly files: Pick<ReadFiles, "read"> };
  streams(): { readonly input: Readable; readonly output: Writable };
  /** Talk for people. */
  say(sentence: string): void;
  interruption(): AbortSignal;
}

/** Streams in the place of the client's own. */
export interface StdioPair {
  readonly input: Readable;
  readonly output: Writable;
  /** Resolves when the client has got all that was written, once `output` has ended. */
  readonly sent: Promise<void>;
  /** Nothing more is read from the client. */
  leave(): void;
}

/**
 * Replaces this process by a server as far as a client can tell: same stdin, stdout and stderr (the very descriptors, so not a byte
 * is touched), signals forwarded, its exit code. Values are passed in the environment only. A server that is reached by URL is
 * spoken to by this process, which passes the messages on. Only a server whose tools are guarded or filtered gets streams of its own.
 * @throws AtkError E_ENV naming what has no value, E_PROGRAM, E_TOOLS, E_INTEGRITY; nothing was read from stdin then.
 */
export async function startServer(spec: ServerSpec, stage: Stage): Promise<number> {
  if (spec.guard !== undefined) return startGuarded(spec, spec.guard, stage);
  return spec.server.transport === "stdio" ? handOver(startOf(spec, stage)) : bridgeTo(spec.server, stage);
}

async function startGuarded(spec: ServerSpec, rules: GuardRules, stage: Stage): Promise<number> {
  const { guardStreams } = await import("./tools/guard-streams.ts");
  const between = await guardStreams(rules, stage);
  if (spec.server.transport !== "stdio") {
    const code = await bridgeTo(spec.server, { ...stage, streams: () => between });
    between.output.end();
    await between.sent;
    between.leave();
    return code;
  }
  const code = await handOver({ ...startOf(spec, stage), between });
  await lastWords(between.sent);
  between.leave();
  return code;
}

/** A process that the server left behind may hold its stdout open for good. */
const LAST_WORDS_MS = 1000;

async function lastWords(sent: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_WORDS_MS)));
  await Promise.race([sent, late]);
  clearTimeout(timer);
}

function startOf({ server, env }: ServerSpec, { host }: Stage): Start {
  if (server.transport !== "stdio") throw new TypeError("a server that is reached by URL has no command");
  const { command, args, cwd } = server;
  return { command, args, cwd, env: { ...host.machine.env, ...env } };
}

async function bridgeTo(server: Server, { host, streams, say, interruption }: Stage): Promise<number> {
  const { concrete } = await import("../mcp/concrete-server.ts");
  const known = concrete(server, host.machine.env);
  if (known.transport === "stdio") throw new TypeError("a server that is reached by URL has no command");
  const { url, transport, headers, id } = known;
  const talk = (sentence: string): void => say(`${id}: ${sentence}`);
  const { runBridge } = await import("../mcp/bridge/run-bridge.ts");
  // Off for commands, which are short (main.ts); this one may go on for days.
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--opt");
  return runBridge({ url, transport, headers, talk, signal: interruption(), ...streams() });
}
