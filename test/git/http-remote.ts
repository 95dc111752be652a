import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface HttpRemote {
  /** `http://127.0.0.1:<port>`; the path below it is the path below the root. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the bare repositories of a folder over http with git's own server program (git-http-backend(1)), for reading and writing. */
export async function serveRepositories(root: string, env: Readonly<Record<string, string>>): Promise<HttpRemote> {
  const server = createServer((request, response) => answer(request, response, { ...env, GIT_PROJECT_ROOT: root }));
  return listen(server);
}

/** Takes every connection and never answers. */
export async function serveNothing(): Promise<HttpRemote> {
  return listen(createServer(() => {}));
}

async function listen(server: ReturnType<typeof createServer>): Promise<HttpRemote> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

function answer(request: IncomingMessage, response: ServerResponse, env: Readonly<Record<string, string>>): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const child = spawn("git", ["http-backend"], { env: { ...env, ...cgi(request, url) } });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => respond(response, Buffer.concat(chunks)));
}

function cgi(request: IncomingMessage, url: URL): Record<string, string> {
  return {
    GIT_HTTP_EXPORT_ALL: "1",
    REQUEST_METHOD: request.method ?? "GET",
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: request.headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: String(request.headers["content-encoding"] ?? ""),
    GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    REMOTE_USER: "ada",
    REMOTE_ADDR: "127.0.0.1",
  };
}

function respond(response: ServerResponse, output: Buffer): void {
  const end = output.indexOf("\r\n\r\n");
  const headers = output
    .subarray(0, end)
    .toString()
    .split("\r\n")
    .map((line) => line.split(": "));
  const status = headers.find(([name]) => name === "Status")?.[1];
  response.writeHead(
    status === undefined ? 200 : Number.parseInt(status, 10),
    headers.filter(([name]) => name !== "Status").flat(),
  );
  response.end(output.subarray(end + 4));
}
