import { createServer as createTlsServer } from "node:tls";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { connect, notification, request, type Message } from "./bridged-client.ts";
import { json, result, startDouble, whole, type Answer } from "./double-server.ts";

const SECRET = "s3cret-9b1f";
const headers = { Authorization: `Bearer ${SECRET}` };

async function faultOf(answer: Answer): Promise<{ message: string; origin: string }> {
  const server = await startDouble(answer);
  const client = connect(server.url, { headers });
  client.send(request("a-1", "tools/list"));
  const { id, error } = await client.message();
  expect({ id, code: error?.code }).toEqual({ id: "a-1", code: -32000 });
  return { message: error?.message ?? "", origin: server.origin };
}

const refuse =
  (status: number, body = "", type = "text/plain"): Answer =>
  (_seen, response) =>
    void response.writeHead(status, { "content-type": type }).end(body);

describe("a request that fails is answered with an error that has its id", () => {
  it.each([
    [401, "answered 401 Unauthorized (check the value of its headers)"],
    [403, "answered 403 Forbidden (check the value of its headers)"],
    [404, "answered 404 Not Found (check its address)"],
    [500, "answered 500 Internal Server Error"],
  ])("when the status is %i", async (status, words) => {
    const { message, origin } = await faultOf(refuse(status));
    expect(message).toBe(`${origin} ${words}`);
  });

  it("with the server's own words when they are a JSON error", async () => {
    const body = '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no such\\n tenant"}}';
    const { message, origin } = await faultOf(refuse(400, body, "application/json"));
    expect(message).toBe(`${origin} answered 400 Bad Request: no such tenant`);
  });

  it("without the server's own words when they repeat a header", async () => {
    const { message, origin } = await faultOf(refuse(401, JSON.stringify({ error: `bad token ${SECRET}` })));
    expect(message).toBe(`${origin} answered 401 Unauthorized (check the value of its headers)`);
  });

  it("when the answer is no JSON", async () => {
    const { message, origin } = await faultOf((_seen, response) => json(response, "<html>Sign in</html>"));
    expect(message).toBe(`${origin} answered 200 with something that is not an MCP message`);
  });

  it("when the answer is JSON and no message", async () => {
    expect((await faultOf((_seen, response) => json(response, { ok: true }))).message).toContain("not an MCP message");
  });

  it("when the answer is for somebody else", async () => {
    const { message } = await faultOf((_seen, response) => json(response, { jsonrpc: "2.0", id: 7, result: {} }));
    expect(message).toContain("answered something that was not asked");
  });

  it("when the connection ends before the answer", async () => {
    const { message, origin } = await faultOf((_seen, response) => void response.socket?.destroy());
    expect(message).toMatch(`${origin} cannot be reached: the connection was closed`);
  });

  it("when the connection ends in the middle of the answer", async () => {
    const { message } = await faultOf((_seen, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"jsonrpc":"2.0"', () => response.socket?.destroy());
    });
    expect(message).toContain("ended in the middle of an answer");
  });

  it("each request of a batch by itself, in one batch", async () => {
    const server = await startDouble(refuse(500));
    const client = connect(server.url);
    client.send([request(1, "a"), notification("n"), request("2", "b")]);
    const errors = JSON.parse(await client.line()) as Message[];
    expect(errors.map(({ id }) => id)).toEqual([1, "2"]);
  });
});

describe("a connection that cannot be made", () => {
  it("is told with the origin and the reason when nothing listens", async () => {
    const port = await unusedPort();
    const client = connect(`http://127.0.0.1:${port}/mcp?key=${SECRET}`, { headers });
    client.send(request(1, "ping"));
    expect((await client.message()).error?.message).toBe(
      `http://127.0.0.1:${port} cannot be reached: nothing listens there (ECONNREFUSED)`,
    );
  });

  it("is told when the other side does not speak TLS", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url.replace("http:", "https:"));
    client.send(request(1, "ping"));
    expect((await client.message()).error?.message).toContain("it does not speak TLS there");
  });

  it("is told when TLS fails", async () => {
    const server = createTlsServer({}, () => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const client = connect(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    client.send(request(1, "ping"));
    expect((await client.message()).error?.message).toMatch(/cannot be reached: .*\((ERR_SSL|EPROTO|ECONNRESET)/);
    server.close();
  });

  it("is told once the limit for connecting has passed", async () => {
    const late: typeof fetch = () =>
      Promise.reject(
        new TypeError("fetch failed", { cause: Object.assign(new Error(SECRET), { code: "UND_ERR_CONNECT_TIMEOUT" }) }),
      );
    const client = connect("https://example.com/mcp", { headers, fetch: late });
    client.send(request(1, "ping"));
    expect((await client.message()).error?.message).toBe(
      "https://example.com cannot be reached: it did not answer in time (UND_ERR_CONNECT_TIMEOUT)",
    );
  });

  it("is said on stderr when it was a notification", async () => {
    const server = await startDouble(refuse(500));
    const client = connect(server.url, { headers });
    client.send(notification("notifications/roots/list_changed"));
    client.send(request(1, "ping"));
    await client.message();
    await client.end();
    expect(client.notes).toEqual([
      `notifications/roots/list_changed was not delivered: ${server.origin} answered 500 Internal Server Error`,
    ]);
  });
});

describe("a session that is gone", () => {
  it("is told to the request that met it, and initialize begins another", async () => {
    let sessions = 0;
    let known = "none";
    const server = await startDouble((seen, response) => {
      if (seen.message.method === "initialize") {
        known = `session-${(sessions += 1)}`;
        return json(response, result(seen, { protocolVersion: "2025-06-18" }), { "mcp-session-id": known });
      }
      if (seen.headers["mcp-session-id"] !== known) return refuse(404)(seen, response);
      return whole()(seen, response);
    });
    const client = connect(server.url);
    await client.initialize();
    known = "none";
    client.send(request(5, "tools/list"));
    expect(await client.message()).toMatchObject({
      id: 5,
      error: { message: `the session at ${server.origin} is gone (404 Not Found): initialize again` },
    });
    await client.initialize();
    client.send(request(6, "tools/list"));
    expect(await client.message()).toMatchObject({ id: 6, result: {} });
    const again = server.seen.filter((seen) => seen.message.method === "initialize").at(-1);
    expect(again?.headers["mcp-session-id"]).toBeUndefined();
  });

  it("is not ended again at the end", async () => {
    const server = await startDouble((seen, response) =>
      seen.message.method === "initialize" ? whole()(seen, response) : refuse(404)(seen, response),
    );
    const client = connect(server.url);
    await client.initialize();
    client.send(request(1, "ping"));
    await client.message();
    await client.end();
    expect(server.seen.filter((seen) => seen.method === "DELETE")).toEqual([]);
  });
});

describe("an error that comes with a refusing status", () => {
  it("is the answer when it has the request's id", async () => {
    const text = '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no such method","data":{"a":1}}}';
    const server = await startDouble(refuse(404, text, "application/json"));
    const client = connect(server.url);
    client.send(request(1, "subscriptions/listen"));
    expect(await client.line()).toBe(text);
  });
});

describe("a redirect", () => {
  const to =
    (location: string, status = 307): Answer =>
    (seen, response) =>
      seen.path === "/mcp" ? void response.writeHead(status, { location }).end() : whole()(seen, response);

  it("within the origin is followed with the message and the headers", async () => {
    const server = await startDouble(to("/mcp/"));
    const client = connect(server.url, { headers });
    client.send(request(1, "ping"));
    expect(await client.message()).toMatchObject({ id: 1, result: {} });
    expect(server.seen.at(-1)).toMatchObject({
      path: "/mcp/",
      method: "POST",
      headers: { authorization: headers.Authorization },
    });
  });

  it("to another origin is refused, so that nobody else gets the headers", async () => {
    const other = await startDouble(whole());
    const server = await startDouble(to(`${other.origin}/mcp?key=${SECRET}`));
    const client = connect(server.url, { headers });
    client.send(request(1, "ping"));
    const { error } = await client.message();
    expect(error?.message).toContain(`redirects to ${other.origin}, which must not get its headers`);
    expect(error?.message).not.toContain(SECRET);
    expect(other.seen).toEqual([]);
  });

  it("that would lose the message is refused", async () => {
    const server = await startDouble(to("/login", 302));
    const client = connect(server.url);
    client.send(request(1, "ping"));
    expect((await client.message()).error?.message).toContain("redirects with status 302, which loses the message");
  });

  it("without end is refused", async () => {
    const server = await startDouble(to("/mcp"));
    const client = connect(server.url);
    client.send(request(1, "ping"));
    expect((await client.message()).error?.message).toContain("redirects again and again");
  });
});

describe("what cannot be sent", () => {
  it("is a line that is not JSON, or no message", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url);
    client.send("{oops", "5", "[]", "");
    expect(await client.message()).toMatchObject({ id: null, error: { code: -32700 } });
    expect(await client.message()).toMatchObject({ id: null, error: { code: -32600 } });
    expect(await client.message()).toMatchObject({ id: null, error: { code: -32600 } });
    expect(server.seen).toEqual([]);
  });

  it("is a header with a line break in it: its name is told, not its value", async () => {
    const error: unknown = await connect("https://example.com", { headers: { "X-Key": `${SECRET}\nx` } }).ended.catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ code: "E_ENV", message: expect.stringContaining('"x-key"') });
    expect(String(error)).not.toContain(SECRET);
  });

  it("is an address that is not http or https", async () => {
    const error: unknown = await connect(`ftp://${SECRET}@example.com`).ended.catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "E_ENV" });
    expect(String(error)).not.toContain(SECRET);
  });
});

it("A user and password in the address are sent as a header", async () => {
  const server = await startDouble(whole());
  const client = connect(server.url.replace("http://", "http://me:p%40ss@"));
  client.send(request(1, "ping"));
  await client.message();
  expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
});

async function unusedPort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
