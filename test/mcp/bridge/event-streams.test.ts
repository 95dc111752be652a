import { describe, expect, it } from "vitest";
import { connect, notification, request } from "./bridged-client.ts";
import { events, result, startDouble, whole, type Seen } from "./double-server.ts";

const isGet = (seen: Seen): boolean => seen.method === "GET";
const note = (name: string): string => `data: {"jsonrpc":"2.0","method":"${name}"}\n\n`;

describe("what the server says by itself", () => {
  it("is listened to as soon as the client has initialised, with the session", async () => {
    const server = await startDouble((seen, response) => {
      if (isGet(seen)) return events(response)(note("notifications/tools/list_changed"));
      return whole()(seen, response);
    });
    const client = connect(server.url, { headers: { "X-Key": "k" } });
    await client.initialize();
    expect((await client.message()).method).toBe("notifications/tools/list_changed");
    expect(server.seen.find(isGet)?.headers).toMatchObject({
      accept: "text/event-stream",
      "mcp-session-id": "session-1",
      "mcp-protocol-version": "2025-06-18",
      "x-key": "k",
    });
  });

  it("may be nothing at all (405)", async () => {
    const server = await startDouble(whole());
    const client = connect(server.url);
    await client.initialize();
    await server.until(isGet);
    client.send(request(1, "ping"));
    await client.message();
    await client.end();
    expect(client.notes).toEqual([]);
    expect(server.seen.filter(isGet)).toHaveLength(1);
  });

  it("goes on after a break from the last event that came", async () => {
    const server = await startDouble((seen, response) => {
      if (!isGet(seen)) return whole()(seen, response);
      const write = events(response);
      if (seen.headers["last-event-id"] === "e-7") return write(note("notifications/second"));
      write(`retry: 1\nid: e-7\n${note("notifications/first")}`);
      response.socket?.end();
    });
    const client = connect(server.url);
    await client.initialize();
    expect((await client.message()).method).toBe("notifications/first");
    expect((await client.message()).method).toBe("notifications/second");
  });

  it("is listened to again after faults of the server", async () => {
    let gets = 0;
    const server = await startDouble((seen, response) => {
      if (!isGet(seen)) return whole()(seen, response);
      gets += 1;
      if (gets === 1) {
        events(response)("retry: 1\n\n");
        return void response.end();
      }
      if (gets < 4) return void response.writeHead(503).end();
      return events(response)(note("notifications/back"));
    });
    const client = connect(server.url);
    await client.initialize();
    expect((await client.message()).method).toBe("notifications/back");
    expect(client.notes).toEqual([]);
  });

  it("is not listened to where the server refuses, which is said and stops nothing else", async () => {
    const server = await startDouble((seen, response) =>
      isGet(seen) ? void response.writeHead(403).end() : whole()(seen, response),
    );
    const client = connect(server.url);
    await client.initialize();
    await server.until(isGet);
    client.send(request(1, "ping"));
    expect((await client.message()).id).toBe(1);
    await client.end();
    expect(client.notes).toEqual([expect.stringContaining("the server is not listened to")]);
  });

  it("is left out when it is no message", async () => {
    const server = await startDouble((seen, response) => {
      if (isGet(seen)) return events(response)(`data: hello\n\nevent: ping\ndata: x\n\n${note("notifications/real")}`);
      return whole()(seen, response);
    });
    const client = connect(server.url);
    await client.initialize();
    expect((await client.message()).method).toBe("notifications/real");
    expect(client.notes).toHaveLength(1);
  });
});

describe("an answer whose stream was cut", () => {
  it("is asked for again from the last event, and goes out once", async () => {
    const server = await startDouble((seen, response) => {
      if (isGet(seen) && seen.headers["last-event-id"] === "p-1") {
        events(response)(`id: p-2\ndata: {"jsonrpc":"2.0","id":1,"result":{"late":true}}\n\n`);
        return void response.end();
      }
      return whole((_seen, cut) => {
        events(cut)("retry: 1\nid: p-1\ndata:\n\n");
        cut.end();
      })(seen, response);
    });
    const client = connect(server.url);
    await client.initialize();
    client.send(request(1, "tools/call"));
    expect(await client.message()).toMatchObject({ id: 1, result: { late: true } });
    const again = await server.until((seen) => seen.headers["last-event-id"] === "p-1");
    expect(again.headers["mcp-session-id"]).toBe("session-1");
  });

  it("is asked for as often as the server cuts it", async () => {
    let gets = 0;
    const server = await startDouble((seen, response) => {
      if (!isGet(seen)) {
        events(response)("retry: 1\nid: 0\ndata:\n\n");
        return void response.end();
      }
      gets += 1;
      const answer = gets < 8 ? "data:\n\n" : `data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n`;
      events(response)(`id: ${gets}\n${answer}`);
      response.end();
    });
    const client = connect(server.url);
    client.send(request(1, "tools/call"));
    expect(await client.message()).toMatchObject({ id: 1, result: {} });
    expect(server.seen.filter(isGet).map((seen) => seen.headers["last-event-id"])).toEqual(
      Array.from({ length: 8 }, (_, index) => String(index)),
    );
  });

  it("is an error when the server cannot go on", async () => {
    const server = await startDouble((seen, response) => {
      if (isGet(seen)) return void response.writeHead(405).end();
      events(response)("retry: 1\nid: 0\ndata:\n\n");
      response.end();
    });
    const client = connect(server.url);
    client.send(request(1, "tools/call"));
    expect((await client.message()).error?.message).toContain("answered 405 Method Not Allowed");
  });

  it("is an error when no event had an id", async () => {
    const server = await startDouble((_seen, response) => {
      events(response)(note("notifications/progress"));
      response.end();
    });
    const client = connect(server.url);
    client.send(request(1, "tools/call"));
    await client.message();
    expect((await client.message()).error?.message).toBe(
      `the connection to ${server.origin} ended before the answer came`,
    );
  });
});

it("A request that was accepted may be answered on the stream of what the server says by itself", async () => {
  let say = (_text: string): void => undefined;
  const server = await startDouble((seen, response) => {
    if (isGet(seen)) return void (say = events(response));
    if (seen.message.method !== "later") return whole()(seen, response);
    response.writeHead(202).end();
    return say(`data: ${JSON.stringify(result(seen))}\n\n`);
  });
  const client = connect(server.url);
  await client.initialize();
  await server.until(isGet);
  client.send(request(1, "later"));
  expect(await client.message()).toMatchObject({ id: 1, result: {} });
});

it("A second initialize leaves the stream of the first", async () => {
  let left = (): void => undefined;
  const closed = new Promise<void>((resolve) => (left = resolve));
  const server = await startDouble((seen, response) => {
    if (!isGet(seen)) return whole()(seen, response);
    events(response);
    response.on("close", () => left());
  });
  const client = connect(server.url);
  await client.initialize();
  await server.until(isGet);
  client.send(request(9, "initialize"));
  expect((await client.message()).id).toBe(9);
  await closed;
  client.send(notification("notifications/initialized"));
  client.send(request(10, "ping"));
  expect((await client.message()).id).toBe(10);
});
