import type { Readable, Writable } from "node:stream";
import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import type { Server } from "../core/server.ts";
import { createContext } from "./context.ts";
import { handOver } from "./hand-over.ts";
import { serverSpecs } from "./server-specs.ts";
import { findWorkspace } from "./workspace.ts";

export interface RunServerSession {
  readonly host: Host;
  readonly global: boolean;
  streams(): { readonly input: Readable; readonly output: Writable };
  say(sentence: string): void;
  interruption(): AbortSignal;
}

/**
 * Replaces this process by a server as far as a client can tell: same stdin, stdout and stderr (the very descriptors, so not a byte
 * is touched), signals forwarded, its exit code. Values are passed in the environment only. A server that is reached by URL is
 * spoken to by this process, which gives its messages on.
 * @throws AtkError E_PLUGIN_NOT_FOUND, E_ENV naming what has no value, E_PROGRAM.
 */
export async function runServer(id: string, session: RunServerSession): Promise<number> {
  const { host } = session;
  const workspace = await findWorkspace(host, { global: session.global });
  const context = await createContext(host, workspace, () => undefined);
  const specs = await serverSpecs([id], context);
  const spec = specs.find((each) => "server" in each && each.server.id === id) ?? specs[0];
  if (spec === undefined) throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no server '${id}'`);
  if ("fault" in spec) throw spec.fault;
  if (spec.missing.length > 0) {
    throw new AtkError("E_ENV", `${id} needs ${spec.missing.join(", ")}`, { hint: spec.hint });
  }
  if (spec.server.transport !== "stdio") return bridgeTo(spec.server, session);
  const { command, args, cwd } = spec.server;
  return handOver({ command, args, cwd, env: { ...host.machine.env, ...spec.env } });
}

async function bridgeTo(server: Server, { host, streams, say, interruption }: RunServerSession): Promise<number> {
  const [{ concrete }, { runBridge }] = await Promise.all([
    import("../mcp/concrete-server.ts"),
    import("../mcp/bridge/run-bridge.ts"),
  ]);
  const known = concrete(server, host.machine.env);
  if (known.transport === "stdio") throw new TypeError("a server that is reached by URL has no command");
  const { url, transport, headers, id } = known;
  const talk = (sentence: string): void => say(`${id}: ${sentence}`);
  return runBridge({ url, transport, headers, talk, signal: interruption(), ...streams() });
}
