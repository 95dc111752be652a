import type { IncomingMessage, RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { probe } from "../../../src/services/health/probe.ts";
import { closedPort, listenHttp } from "./servers.ts";

const host = createNodeHost();

interface Wishes {
  readonly headers?: Readonly<Record<string, string>>;
  readonly transport?: "http" | "sse";
  readonly timeoutMs?: number;
}

const ask = (url: string, { timeoutMs = 20_000, ...more }: Wishes = {}) =>
  probe({ kind: "mcp", url: `${url}/mcp`, ...more }, { host, timeoutMs });

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

const result = { protocolVersion: "2025-06-18", capabilities: {}, serverInfo: { name: "demo", version: "1" } };

/** Answers every request that holds a JSON-RPC message with what `reply` makes of its id. */
const server = (type: string, reply: (id: unknown) => string): RequestListener => {
  return (request, response) => {
    void textOf(request).then((text) => {
      const { id } = JSON.parse(text) as { id?: unknown };
      response.writeHead(200, { "content-type": type }).end(reply(id));
    });
  };
};
const json = (message: (id: unknown) => object) => server("application/json", (id) => JSON.stringify(message(id)));

describe("an MCP probe is well", () => {
  it("when initialize is answered with JSON", async () => {
    const url = await listenHttp(json((id) => ({ jsonrpc: "2.0", id, result })));
    expect(await ask(url)).toEqual({ ok: true });
  });

  it("when initialize is answered in a stream that goes on for ever, after other messages", async () => {
    const url = await listenHttp((request, response) => {
      void textOf(request).then((text) => {
        const { id } = JSON.parse(text) as { id: string };
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(`: hello\n\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n`);
        response.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", id, result })}\n\n`);
      });
    });
    expect(await ask(url)).toEqual({ ok: true });
  });

  it.each([401, 403, 405])("when it wants somebody else or another transport (%i)", async (status) => {
    const url = await listenHttp((_request, response) => void response.writeHead(status).end());
    expect(await ask(url)).toEqual({ ok: true });
  });

  it("when an event stream is opened, for sse", async () => {
    const url = await listenHttp((request, response) => {
      if (request.method !== "GET") return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": "text/event-stream" }).write("event: endpoint\ndata: /messages\n\n");
    });
    expect(await ask(url, { transport: "sse" })).toEqual({ ok: true });
    expect(await ask(url)).toMatchObject({ ok: false });
  });

  it("with its headers, also after a redirect on the same origin", async () => {
    const url = await listenHttp((request, response) => {
      if (request.url === "/mcp") return void response.writeHead(307, { location: "/mcp/" }).end();
      if (request.headers.authorization !== "Bearer s3cret") return void response.writeHead(500).end();
      json((id) => ({ jsonrpc: "2.0", id, result }))(request, response);
    });
    expect(await ask(url, { headers: { Authorization: "Bearer s3cret" } })).toEqual({ ok: true });
  });

  it("and closes the session it was given", async () => {
    const seen: string[] = [];
    const url = await listenHttp((request, response) => {
      seen.push(`${request.method} ${request.headers["mcp-session-id"]} ${request.headers.authorization}`);
      if (request.method === "DELETE") return void response.end();
      response.setHeader("mcp-session-id", "session-7");
      json((id) => ({ jsonrpc: "2.0", id, result }))(request, response);
    });
    expect(await ask(url, { headers: { Authorization: "Bearer s3cret" } })).toEqual({ ok: true });
    expect(seen).toEqual(["POST undefined Bearer s3cret", "DELETE session-7 Bearer s3cret"]);
  });
});

describe("an MCP probe fails in plain words", () => {
  it("when initialize is refused, without the server's words", async () => {
    const url = await listenHttp(
      json((id) => ({ jsonrpc: "2.0", id, error: { code: -1, message: "bad key s3cret" } })),
    );
    const detail = `${new URL(url).host} refused to initialize`;
    expect(await ask(url)).toEqual({ ok: false, why: "unwell", detail });
  });

  it.each([
    ["a web page", "text/html", "<html>hello</html>"],
    ["the answer to another question", "application/json", '{"jsonrpc":"2.0","id":7,"result":{}}'],
    ["JSON that is none", "application/json", '{"jsonrpc":'],
    ["nothing", "application/json", ""],
    ["a stream without the answer", "text/event-stream", "data: {}\n\n"],
  ])("when the answer is %s", async (_what, type, text) => {
    const url = await listenHttp(server(type, () => text));
    const detail = `${new URL(url).host} answered with something that is not MCP`;
    expect(await ask(url)).toEqual({ ok: false, why: "unwell", detail });
  });

  it.each([400, 404, 406, 500])("when the status is %i", async (status) => {
    const url = await listenHttp((_request, response) => void response.writeHead(status).end());
    expect(await ask(url)).toMatchObject({
      why: "unwell",
      detail: `${new URL(url).host} answered with status ${status}`,
    });
  });

  it("when a stream is opened and the answer never comes", async () => {
    const url = await listenHttp((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": wait\n\n");
    });
    const detail = `${new URL(url).host} did not answer initialize within 0.3 s`;
    expect(await ask(url, { timeoutMs: 300 })).toEqual({ ok: false, why: "unwell", detail });
  });

  it("when the answer has no end", async () => {
    const url = await listenHttp((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(`data: ${"x".repeat(10_000)}\n\n`));
      };
      response.writeHead(200, { "content-type": "text/event-stream" }).on("drain", more);
      more();
    });
    expect(await ask(url)).toMatchObject({ detail: expect.stringContaining("not MCP") });
  });

  it("when it sends everybody to another origin, which does not get the headers", async () => {
    const seen: string[] = [];
    const other = await listenHttp((request, response) => void response.end(String(seen.push(request.url ?? ""))));
    const url = await listenHttp((_request, response) => void response.writeHead(307, { location: other }).end());
    const outcome = await ask(url, { headers: { Authorization: "Bearer s3cret" } });
    expect(outcome).toMatchObject({ detail: `${new URL(url).host} sends everybody elsewhere (status 307)` });
    expect(seen).toEqual([]);
  });

  it("when it redirects in a ring, or in a way after which nobody would post", async () => {
    const ring = await listenHttp((_request, response) => void response.writeHead(308, { location: "/mcp" }).end());
    expect(await ask(ring)).toMatchObject({ detail: `${new URL(ring).host} redirects without end` });
    const other = await listenHttp((_request, response) => void response.writeHead(302, { location: "/mcp" }).end());
    expect(await ask(other)).toMatchObject({ detail: expect.stringContaining("(status 302)") });
  });

  it("when nothing listens, or the address is none", async () => {
    const port = await closedPort();
    expect(await ask(`http://127.0.0.1:${port}`)).toMatchObject({ why: "down" });
    const detail = "the MCP address is not an http or https address";
    expect(await ask("file:///tmp")).toEqual({ ok: false, why: "unclear", detail });
  });

  it("when a header cannot be sent, without its value", async () => {
    const url = await listenHttp((_request, response) => void response.end());
    const outcome = await ask(url, { headers: { Authorization: "Bearer s3cret\nx" } });
    expect(outcome).toMatchObject({ ok: false, why: "unclear" });
    expect(JSON.stringify(outcome)).not.toContain("s3cret");
  });
});
