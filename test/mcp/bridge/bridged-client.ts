import { PassThrough } from "node:stream";
import { afterEach } from "vitest";
import { runBridge, type BridgeOptions } from "../../../src/mcp/bridge/run-bridge.ts";
import { createLineSplitter } from "../../../src/mcp/line-splitter.ts";

export interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client at the ends of a bridge. */
export interface BridgedClient {
  send(...messages: readonly unknown[]): void;
  /** The next line that came, as text. */
  line(): Promise<string>;
  message(): Promise<Message>;
  /** initialize with id 0, and notifications/initialized. Gives the answer. */
  initialize(): Promise<Message>;
  /** Closes stdin; gives the exit code. */
  end(): Promise<number>;
  /** Comes when SIGTERM would. */
  readonly terminate: AbortController;
  readonly ended: Promise<number>;
  /** What was said on stderr. */
  readonly notes: readonly string[];
  /** Lines that came and were not asked for yet. */
  readonly waiting: readonly string[];
  readonly output: PassThrough;
}

const clients: BridgedClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.terminate.abort();
    await client.ended.catch(() => undefined);
  }
});

export function connect(url: string, more: Partial<BridgeOptions> = {}): BridgedClient {
  const input = new PassThrough();
  const output = new PassThrough();
  const terminate = new AbortController();
  const notes: string[] = [];
  const lines = createLineQueue(output);
  const ended = runBridge({
    url,
    transport: "http",
    headers: {},
    input,
    output,
    signal: terminate.signal,
    talk: (sentence) => notes.push(sentence),
    ...more,
  });
  const send = (...messages: readonly unknown[]): void => {
    for (const each of messages) input.write(`${typeof each === "string" ? each : JSON.stringify(each)}\n`);
  };
  const message = async (): Promise<Message> => JSON.parse(await lines.next()) as Message;
  const client: BridgedClient = {
    send,
    message,
    terminate,
    ended,
    notes,
    output,
    waiting: lines.waiting,
    line: lines.next,
    async initialize() {
      send(
        request(0, "initialize", {
          protocolVersion: "2025-06-18",
          capabilities: {},
          clientInfo: { name: "t", version: "1" },
        }),
      );
      const answer = await message();
      send(notification("notifications/initialized"));
      return answer;
    },
    async end() {
      input.end();
      return ended;
    },
  };
  clients.push(client);
  return client;
}

function createLineQueue(output: PassThrough): { next(): Promise<string>; readonly waiting: readonly string[] } {
  const splitter = createLineSplitter();
  const waiting: string[] = [];
  const takers: ((line: string) => void)[] = [];
  output.on("data", (chunk: Buffer) => {
    for (const line of splitter.push(chunk)) {
      const take = takers.shift();
      if (take === undefined) waiting.push(line);
      else take(line);
    }
  });
  return {
    waiting,
    next: async () => waiting.shift() ?? new Promise<string>((resolve) => takers.push(resolve)),
  };
}

export function request(id: number | string, method: string, params: unknown = {}): unknown {
  return { jsonrpc: "2.0", id, method, params };
}

export function notification(method: string, params: unknown = {}): unknown {
  return { jsonrpc: "2.0", method, params };
}
