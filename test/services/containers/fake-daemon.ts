import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What a client has asked the daemon for: "POST /containers/x/start?t=10" and the body. */
export interface Asked {
  readonly what: string;
  readonly body: unknown;
}

export interface FakeDaemon {
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

interface Kept {
  readonly labels: unknown;
  readonly since: string;
}

/**
 * Enough of Docker's API, on a socket, for the real client to start, see, show and stop one container that is called `name`.
 * (https://docs.docker.com/reference/api/engine/version/v1.50/)
 */
export async function startFakeDaemon(socket: string, name: string): Promise<FakeDaemon> {
  const asked: Asked[] = [];
  let kept: Kept | undefined;
  const answers: Readonly<Record<string, (response: ServerResponse, body: unknown) => void>> = {
    "/_ping": (response) => reply(response, 200, "OK"),
    [`GET /containers/${name}/json`]: (response) =>
      kept === undefined
        ? reply(response, 404, { message: `No such container: ${name}` })
        : reply(response, 200, inspected(name, kept)),
    "POST /containers/create": (response, body) => {
      kept = { labels: (body as { Labels: unknown }).Labels, since: "2026-11-21T08:00:00.123456789Z" };
      reply(response, 201, { Id: "abc123", Warnings: [] });
    },
    "POST /containers/abc123/start": (response) => reply(response, 204),
    [`POST /containers/${name}/stop`]: (response) => reply(response, 204),
    [`DELETE /containers/${name}`]: (response) => {
      kept = undefined;
      reply(response, 204);
    },
    "GET /containers/abc123/logs": (response) => {
      response.end(Buffer.concat([frame(1, "ready\n"), frame(2, "careful\n")]));
    },
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      // The client asks /v1.50/containers/...; the version is not what is looked at.
      const path = (request.url ?? "").replace(/^\/v[\d.]+/, "");
      asked.push({ what: `${request.method} ${path}`, body });
      const route = path.split("?")[0] ?? "";
      const answer = answers[`${request.method} ${route}`] ?? answers[route];
      if (answer === undefined) reply(response, 501, { message: `not in the double: ${request.method} ${path}` });
      else answer(response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { asked, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? undefined : JSON.parse(text);
}

function reply(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json", "Api-Version": "1.50", Ostype: "linux" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function inspected(name: string, { labels, since }: Kept): object {
  const State = { Status: "running", ExitCode: 0, Error: "", StartedAt: since, Health: { Status: "healthy" } };
  const Config = { Labels: labels, Env: ["TOKEN=must not be asked for"], Tty: false };
  return {
    Id: "abc123",
    Name: `/${name}`,
    State,
    RestartCount: 2,
    Config,
    HostConfig: { LogConfig: { Type: "json-file" } },
  };
}

/** Both streams in one: a byte for the stream, three of nothing, four for the size. (API: ContainerAttach, stream format) */
function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}
