import type { Transport } from "@modelcontextprotocol/client";
import type { Server } from "../core/server.ts";
import { createDeadline, type Deadline } from "./deadline.ts";
import { concrete, type ConcreteServer, type Environment } from "./concrete-server.ts";
import { askForTheRest, type Answered } from "./interview.ts";
import { failure, type Stage, type Witness } from "./probe-failure.ts";

export interface ProbeOptions {
  /** The environment the server is started in; also where its references to variables are looked up. */
  readonly env: Environment;
  readonly cwd: string;
  /** For everything together: start, initialize, all pages of tools/list. */
  readonly timeoutMs: number;
  /** Ends the probe, and the server with it. */
  readonly signal?: AbortSignal;
  /** Ask for prompts, resources and their templates too. */
  readonly everything?: boolean;
}

export interface ProbeResult {
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly protocolVersion: string;
  readonly tools: readonly { readonly name: string; readonly description: string }[];
  /** Only when `everything` was asked for. */
  readonly answered?: Answered;
  readonly durationMs: number;
}

/** A way to a server, and how to leave nothing of it behind. */
export interface Link {
  readonly transport: Transport;
  readonly witness: Witness;
  /** Settles when the server can no longer answer; gives why, as far as it is known. */
  readonly lost: Promise<string>;
  end(): Promise<void>;
}

/**
 * Really starts a server (or connects to it), asks it who it is and which tools it has, and ends it with all of its processes.
 * Always ends: within `timeoutMs`, plus at most two seconds for the server's processes to go.
 * @throws AtkError E_PROGRAM, E_ENV, E_COMMAND with the reason and the server's last words, secrets hidden; E_INTERRUPTED.
 */
export async function probeServer(server: Server, options: ProbeOptions): Promise<ProbeResult> {
  const started = performance.now();
  const known = concrete(server, options.env);
  const deadline = createDeadline(options.timeoutMs, options.signal);
  const stage: { now: Stage } = { now: "start" };
  // Kept as a promise: when time is up while it opens, it must be ended all the same.
  let opening: Promise<Link> | undefined;
  let link: Link | undefined;
  try {
    deadline.check();
    opening = openLink(known, options);
    link = await deadline.within(opening);
    const found = await deadline.within(
      Promise.race([ask({ link, stage, deadline, everything: options.everything ?? false }), rejectWhenLost(link)]),
    );
    return { ...found, durationMs: Math.round(performance.now() - started) };
  } catch (error) {
    // An exit and the last lines on stderr arrive in any order.
    await link?.witness.settle();
    throw failure(error, {
      server: known,
      stage: stage.now,
      timeoutMs: options.timeoutMs,
      witness: link?.witness,
    });
  } finally {
    deadline.clear();
    await (await opening?.catch(() => undefined))?.end();
  }
}

async function openLink(server: ConcreteServer, options: ProbeOptions): Promise<Link> {
  if (server.transport === "stdio") return (await import("./local-link.ts")).openLocal(server, options);
  return (await import("./remote-link.ts")).openRemote(server);
}

/** The server is gone: there is no point in waiting for its answer. */
export class LostError extends Error {}

async function rejectWhenLost(link: Link): Promise<never> {
  throw new LostError(await link.lost);
}

interface Interview {
  readonly link: Link;
  readonly stage: { now: Stage };
  readonly deadline: Deadline;
  readonly everything: boolean;
}

async function ask({ link, stage, deadline, everything }: Interview): Promise<Omit<ProbeResult, "durationMs">> {
  const { Client } = await import("@modelcontextprotocol/client");
  const client = new Client({ name: "atk", version: "1" });
  stage.now = "initialize";
  await client.connect(link.transport, { timeout: deadline.leftMs() });
  stage.now = "tools/list";
  const hasTools = client.getServerCapabilities()?.tools !== undefined;
  const { tools } = hasTools ? await client.listTools(undefined, { timeout: deadline.leftMs() }) : { tools: [] };
  const { name = "", version = "" } = client.getServerVersion() ?? {};
  return {
    serverInfo: { name, version },
    protocolVersion: client.getNegotiatedProtocolVersion() ?? "",
    tools: tools.map((tool) => ({ name: tool.name, description: tool.description ?? "" })),
    ...(everything ? { answered: { tools, ...(await askForTheRest(client, stage, deadline)) } } : {}),
  };
}
