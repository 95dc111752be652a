import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

/** One request as a server sees it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as a JSON-RPC message. */
  readonly message: { readonly id?: number | string; readonly method?: string; readonly params?: unknown };
}

export type Answer = (seen: Seen, response: ServerResponse) => void;

export interface DoubleServer {
  readonly origin: string;
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Resolves with the first request that fits, also one that came before. */
  until(fits: (seen: Seen) => boolean): Promise<Seen>;
  close(): void;
}

const servers: DoubleServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server on a free port that answers as it is told and keeps what it saw. */
export async function startDouble(answer: Answer): Promise<DoubleServer> {
  const seen: Seen[] = [];
  const watchers: (() => void)[] = [];
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const message = body.startsWith("{") ? (JSON.parse(body) as Seen["message"]) : {};
      const one = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body, message };
      seen.push(one);
      for (const watch of watchers) watch();
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: DoubleServer = {
    origin,
    url: `${origin}/mcp`,
    seen,
    until: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = seen.find(fits);
          if (found !== undefined) resolve(found);
        };
        watchers.push(look);
        look();
      }),
    close() {
      http.close();
      http.closeAllConnections();
    },
  };
  servers.push(server);
  return server;
}

export function json(response: ServerResponse, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { "content-type": "application/json", ...headers });
  response.end(typeof value === "string" ? value : JSON.stringify(value));
}

/** Opens an event stream and gives what writes to it. */
export function events(
  response: ServerResponse,
  headers: Readonly<Record<string, string>> = {},
): (text: string) => void {
  response.writeHead(200, { "content-type": "text/event-stream", ...headers });
  response.flushHeaders();
  return (text) => void response.write(text);
}

export const result = (seen: Seen, value: unknown = {}): unknown => ({
  jsonrpc: "2.0",
  id: seen.message.id,
  result: value,
});

const AGREED = { protocolVersion: "2025-06-18", capabilities: {}, serverInfo: { name: "double", version: "1" } };

/** A whole server: a session, 202 for notifications, no GET stream, and `more` for every other request. */
export function whole(more: Answer = (seen, response) => json(response, result(seen))): Answer {
  return (seen, response) => {
    if (seen.message.method === "initialize")
      return json(response, result(seen, AGREED), { "mcp-session-id": "session-1" });
    if (seen.method === "POST" && seen.message.id !== undefined && seen.message.method !== undefined)
      return more(seen, response);
    response.writeHead(seen.method === "POST" ? 202 : 405).end();
  };
}
