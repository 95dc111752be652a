import { describe, expect, it } from "vitest";
import { connect, notification, request } from "./bridged-client.ts";
import { events, json, result, startDouble, whole, type Seen } from "./double-server.ts";

const isPost = (method: string) => (seen: Seen) => seen.message.method === method;

describe("messages to a streamable HTTP server", () => {
  it("are posted as the client wrote them, and both kinds of answer are accepted", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url, { headers: { Authorization: "Bearer abc" } });
    const text = '{ "jsonrpc":"2.0", "id":1, "method":"tools/list","params":{"n":1.0,"big":12345678901234567890} }';
    client.send(text);
    await client.line();
    const [post] = server.seen;
    expect(post).toMatchObject({ method: "POST", path: "/mcp", body: text });
    expect(post?.headers).toMatchObject({
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      authorization: "Bearer abc",
    });
  });

  it("carry the session and the protocol version that initialize agreed on", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url);
    await client.initialize();
    client.send(request(1, "tools/list"));
    await client.line();
    const [first, ...others] = server.seen.filter((seen) => seen.method === "POST");
    expect(first?.headers["mcp-session-id"]).toBeUndefined();
    expect(first?.headers["mcp-protocol-version"]).toBeUndefined();
    expect(others.map((seen) => seen.headers["mcp-session-id"])).toEqual(["session-1", "session-1"]);
    expect(others.map((seen) => seen.headers["mcp-protocol-version"])).toEqual(["2025-06-18", "2025-06-18"]);
  });

  it("wait for the answer to initialize when they are written before it", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url);
    client.send(request(0, "initialize"), notification("notifications/initialized"), request(1, "ping"));
    expect([(await client.message()).id, (await client.message()).id]).toEqual([0, 1]);
    expect(server.seen.filter((seen) => seen.method === "POST").map((seen) => seen.message.method)).toEqual([
      "initialize",
      "notifications/initialized",
      "ping",
    ]);
    expect((await server.until(isPost("ping"))).headers["mcp-session-id"]).toBe("session-1");
  });

  it("may be answers to what the server asked", async () => {
    const server = await startDouble((seen, response) => {
      if (seen.method === "GET") return events(response)('data: {"jsonrpc":"2.0","id":"s1","method":"ping"}\n\n');
      return whole()(seen, response);
    });
    const client = connect(server.url);
    await client.initialize();
    expect(await client.message()).toMatchObject({ id: "s1", method: "ping" });
    client.send({ jsonrpc: "2.0", id: "s1", result: {} });
    expect((await server.until((seen) => seen.message.id === "s1")).body).toBe(
      '{"jsonrpc":"2.0","id":"s1","result":{}}',
    );
    expect(client.notes).toEqual([]);
  });

  it("may be batches, which are passed on as they are", async () => {
    const batch = '[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]';
    const server = await startDouble((_seen, response) =>
      json(response, '[{"jsonrpc":"2.0","id":2,"result":{}},{"jsonrpc":"2.0","id":1,"result":{}}]'),
    );
    const client = connect(server.url);
    client.send(batch);
    expect(await client.line()).toBe('[{"jsonrpc":"2.0","id":2,"result":{}},{"jsonrpc":"2.0","id":1,"result":{}}]');
    expect(server.seen[0]?.body).toBe(batch);
  });

  it("repeat version, method and name in headers where the request names its version itself", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url);
    const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
    client.send(request(1, "tools/call", { name: "größe", _meta }));
    await client.line();
    expect(server.seen[0]?.headers).toMatchObject({
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": `=?base64?${Buffer.from("größe").toString("base64")}?=`,
    });
  });

  it("repeat the arguments in headers that the listed tool declares", async () => {
    const region = { type: "string", "x-mcp-header": "Region" };
    const inner = { type: "object", properties: { dry: { type: "boolean", "x-mcp-header": "Dry" } } };
    const tool = {
      name: "deploy",
      inputSchema: { type: "object", properties: { region, inner, other: { type: "string" } } },
    };
    const server = await startDouble((seen, response) => json(response, result(seen, { tools: [tool] })));
    const client = connect(server.url);
    const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
    client.send(request(1, "tools/list", { _meta }));
    await client.line();
    client.send(
      request(2, "tools/call", {
        name: "deploy",
        arguments: { region: "eu", inner: { dry: true }, other: "x" },
        _meta,
      }),
    );
    await client.line();
    client.send(request(3, "tools/call", { name: "deploy", arguments: { region: null }, _meta }));
    await client.line();
    const params = server.seen.map(({ headers }) => [headers["mcp-param-region"], headers["mcp-param-dry"]]);
    expect(params).toEqual([
      [undefined, undefined],
      ["eu", "true"],
      [undefined, undefined],
    ]);
  });

  it("of 10 MB go both ways", async () => {
    const server = await startDouble(whole((seen, response) => json(response, result(seen, seen.message.params))));
    const client = connect(server.url);
    const text = "ä".repeat(5_000_000);
    client.send(request(1, "tools/call", { text }));
    expect((await client.message()).result).toEqual({ text });
  });
});

describe("answers of a streamable HTTP server", () => {
  it("reach the client as they were written, each on one line", async () => {
    const server = await startDouble((_seen, response) =>
      json(response, '{"jsonrpc":"2.0", "id":1,"result":{"n":1.0,"u":"\\u00e4"}}'),
    );
    const client = connect(server.url);
    client.send(request(1, "ping"));
    expect(await client.line()).toBe('{"jsonrpc":"2.0", "id":1,"result":{"n":1.0,"u":"\\u00e4"}}');
  });

  it("keep their numbers when their line breaks have to go", async () => {
    const server = await startDouble((_seen, response) =>
      json(response, '{\r\n  "jsonrpc": "2.0",\n  "id": 1,\n  "result": 12345678901234567890\n}\n'),
    );
    const client = connect(server.url);
    client.send(request(1, "ping"));
    expect(await client.line()).toBe('{   "jsonrpc": "2.0",   "id": 1,   "result": 12345678901234567890 }');
  });

  it("may come as events, after notifications and requests of the server", async () => {
    const server = await startDouble((seen, response) => {
      const write = events(response);
      write(`event: message\nid: 1\ndata: {"jsonrpc":"2.0","method":"notifications/progress"}\n\n`);
      write(`data: {"jsonrpc":"2.0","id":"s","method":"sampling/createMessage"}\n\n`);
      write(`data: {"jsonrpc":"2.0",\ndata: "id":${seen.message.id},"result":{}}\n\n`);
      response.end();
    });
    const client = connect(server.url);
    client.send(request(1, "tools/call"));
    expect((await client.message()).method).toBe("notifications/progress");
    expect((await client.message()).method).toBe("sampling/createMessage");
    expect(await client.line()).toBe('{"jsonrpc":"2.0", "id":1,"result":{}}');
  });

  it("come in the order in which the server is done, whatever order they were asked in", async () => {
    let finishFirst = (): void => undefined;
    const server = await startDouble((seen, response) => {
      if (seen.message.id === 1) finishFirst = () => json(response, result(seen));
      else json(response, result(seen));
    });
    const client = connect(server.url);
    client.send(request(1, "slow"), request(2, "fast"));
    expect((await client.message()).id).toBe(2);
    finishFirst();
    expect((await client.message()).id).toBe(1);
  });

  it("go out once, also when the server sends one twice", async () => {
    const server = await startDouble((seen, response) => {
      const write = events(response);
      write(`data: ${JSON.stringify(result(seen))}\n\n`.repeat(2));
      response.end();
    });
    const client = connect(server.url);
    client.send(request(1, "a"));
    await client.line();
    client.send(request(2, "b"));
    expect((await client.message()).id).toBe(2);
  });

  it("wait while the client does not read", async () => {
    const sent = { bytes: 0, isWaiting: false };
    const line = `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"${"x".repeat(65_536)}"}}\n\n`;
    const server = await startDouble((_seen, response) => {
      const write = events(response);
      const more = (): void => {
        while (sent.bytes < 64 * line.length && !response.writableNeedDrain) {
          write(line);
          sent.bytes += line.length;
        }
        sent.isWaiting = response.writableNeedDrain;
        if (sent.isWaiting) response.once("drain", more);
        else response.end(`data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n`);
      };
      more();
    });
    const client = connect(server.url);
    client.output.pause();
    client.send(request(1, "flood"));
    while (client.output.writableLength + client.output.readableLength === 0) await new Promise(setImmediate);
    expect(client.output.writableLength + client.output.readableLength).toBeLessThan(4 * 65_536);
    client.output.resume();
    for (let count = 0; count < 64; count += 1) expect((await client.message()).method).toBe("notifications/message");
    expect((await client.message()).id).toBe(1);
  });
});

describe("a cancelled request", () => {
  it("is named to the server, and its stream is left", async () => {
    let left = (): void => undefined;
    const closed = new Promise<void>((resolve) => (left = resolve));
    const server = await startDouble(
      whole((_seen, response) => {
        events(response);
        response.on("close", () => left());
      }),
    );
    const client = connect(server.url);
    await client.initialize();
    client.send(request(1, "tools/call"));
    await server.until(isPost("tools/call"));
    client.send(notification("notifications/cancelled", { requestId: 1 }));
    expect((await server.until(isPost("notifications/cancelled"))).message.params).toEqual({ requestId: 1 });
    await closed;
    client.send(request(2, "ping"));
    await server.until(isPost("ping"));
    expect(client.waiting).toEqual([]);
  });

  it("that names its version itself is cancelled by leaving its stream alone", async () => {
    let left = (): void => undefined;
    const closed = new Promise<void>((resolve) => (left = resolve));
    const server = await startDouble((_seen, response) => {
      events(response);
      response.on("close", () => left());
    });
    const client = connect(server.url);
    const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
    client.send(request(1, "tools/call", { name: "x", _meta }));
    await server.until(isPost("tools/call"));
    client.send(notification("notifications/cancelled", { requestId: 1, _meta }));
    await closed;
    expect(server.seen.map((seen) => seen.message.method)).toEqual(["tools/call"]);
  });
});

describe("the end", () => {
  it("of stdin ends the session and gives exit code 0", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url);
    await client.initialize();
    expect(await client.end()).toBe(0);
    expect(server.seen.at(-1)).toMatchObject({ method: "DELETE", headers: { "mcp-session-id": "session-1" } });
  });

  it("by a signal ends the session and gives exit code 0, whatever is under way", async () => {
    const server = await startDouble(whole((_seen, response) => void events(response)));
    const client = connect(server.url);
    await client.initialize();
    client.send(request(1, "endless"));
    await server.until(isPost("endless"));
    client.terminate.abort();
    expect(await client.ended).toBe(0);
    expect(server.seen.at(-1)?.method).toBe("DELETE");
  });

  it("of stdin lets the last answers come first, so that a script can pipe its questions in", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url);
    client.send(request(0, "initialize"), notification("notifications/initialized"), request(1, "ping"));
    await client.end();
    expect(client.waiting.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([0, 1]);
  });

  it("comes although the server does not answer any more", async () => {
    const server = await startDouble((seen, response) => {
      if (seen.method !== "DELETE") whole(() => undefined)(seen, response);
    });
    const client = connect(server.url);
    await client.initialize();
    client.send(request(1, "silent"));
    expect(await client.end()).toBe(0);
  });

  it("comes when nobody reads the answers any more", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url);
    await client.initialize();
    client.output.destroy();
    expect(await client.ended).toBe(0);
  });

  it("says nothing to a server that gave no session", async () => {
    const server = await startDouble((seen, response) => json(response, result(seen)));
    const client = connect(server.url);
    client.send(request(0, "initialize"));
    await client.line();
    await client.end();
    expect(server.seen.map((seen) => seen.method)).toEqual(["POST"]);
  });
});
