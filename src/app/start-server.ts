import type { Readable, Writable } from "node:stream";
import type { Machine } from "../core/host.ts";
import type { Server } from "../core/server.ts";
import { handOver } from "./hand-over.ts";
import type { ServerSpec } from "./server-specs.ts";

/** This process as a server's place. */
export interface Stage {
  readonly host: { readonly machine: Pick<Machine, "env"> };
  streams(): { readonly input: Readable; readonly output: Writable };
  /** Talk for people. */
  say(sentence: string): void;
  interruption(): AbortSignal;
}

/**
 * Replaces this process by a server as far as a client can tell: same stdin, stdout and stderr (the very descriptors, so not a byte
 * is touched), signals forwarded, its exit code. Values are passed in the environment only. A server that is reached by URL is
 * spoken to by this process, which passes the messages on.
 * @throws AtkError E_ENV naming what has no value, E_PROGRAM; nothing was read from stdin then.
 */
export async function startServer({ server, env }: ServerSpec, stage: Stage): Promise<number> {
  if (server.transport !== "stdio") return bridgeTo(server, stage);
  const { command, args, cwd } = server;
  return handOver({ command, args, cwd, env: { ...stage.host.machine.env, ...env } });
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
