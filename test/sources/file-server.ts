import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface FileServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Paths with their queries that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on this machine that answers as it is told; 404 for every other path. */
export async function serve(answers: Readonly<Record<string, Uint8Array | string | Answer>>): Promise<FileServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers[(request.url ?? "").replace(/\?.*$/, "")];
    if (typeof answer === "function") return answer(request, response);
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer ?? "not here");
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => void server.close(done));
    },
  };
}
