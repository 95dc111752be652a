import type { Readable, Writable } from "node:stream";
import { createDesk } from "./desk.ts";
import { createEndpoint, type Fetch } from "./endpoint.ts";
import { readOutgoing } from "./outgoing.ts";
import { createOutputLines, type OutputLines } from "./output-lines.ts";
import { readLines } from "./read-lines.ts";
import type { Remote, Surroundings } from "./remote.ts";

export interface BridgeOptions {
  readonly url: string;
  /** http = streamable HTTP, sse = the older HTTP with SSE. */
  readonly transport: "http" | "sse";
  /** Values in clear. Sent to the url's origin and nowhere else, never shown. */
  readonly headers: Readonly<Record<string, string>>;
  /** The client's messages, one JSON-RPC message a line. Is read to its end, and destroyed then. */
  readonly input: Readable;
  /** The server's messages, one a line. */
  readonly output: Writable;
  /** Gets sentences for people: what is lost without a request that could be told. Nothing secret. */
  readonly talk: (sentence: string) => void;
  /** Ends the bridge as the end of the input does, without waiting for answers. */
  readonly signal: AbortSignal;
  readonly fetch?: Fetch;
}

/** Clients that close our stdin end us by force two seconds later. (MCP's TypeScript library, client/stdio.ts) */
const LAST_ANSWERS_MS = 900;
const GOODBYE_MS = 900;

/**
 * Lets a client that speaks over stdin and stdout talk to a remote MCP server, until it closes its end. Gives the exit code, 0.
 * Every fault of the connection becomes the answer to the request that met it.
 * @throws AtkError E_ENV when the address or a header cannot be used as it is.
 */
export async function runBridge(options: BridgeOptions): Promise<number> {
  const { input, talk } = options;
  const endpoint = createEndpoint(options);
  const output = createOutputLines(options.output);
  const desk = createDesk(output);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const leave = either(options.signal, output.closed);
  const remote = await openRemote(options.transport, { endpoint, desk, note: talk, signal: stop.signal });
  const sent = createQueue(remote, output);
  await readLines(input, sent.push, leave);
  await Promise.race([sent.done().then(() => desk.idle()), aborted(leave), pause(LAST_ANSWERS_MS)]);
  await remote.end(GOODBYE_MS);
  end();
  input.destroy();
  return 0;
}

async function openRemote(transport: BridgeOptions["transport"], surroundings: Surroundings): Promise<Remote> {
  if (transport === "sse") return (await import("./http-with-sse.ts")).createHttpWithSse(surroundings);
  return (await import("./streamable-http.ts")).createStreamableHttp(surroundings);
}

interface Queue {
  push(line: string): void;
  /** Resolves when everything is on its way. */
  done(): Promise<void>;
}

/** Messages leave in the order of their lines. */
function createQueue(remote: Remote, output: OutputLines): Queue {
  let last = Promise.resolve();
  const send = async (line: string): Promise<void> => {
    const message = readOutgoing(line);
    return "refusal" in message ? output.write(message.refusal) : remote.send(message);
  };
  return {
    push(line) {
      last = last.then(() => send(line));
    },
    done: () => last,
  };
}

function either(...signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort();
    signal.addEventListener("abort", () => controller.abort(), { once: true });
  }
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function pause(durationMs: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, durationMs).unref());
}
