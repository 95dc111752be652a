import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { connect, notification, request } from "./bridged-client.ts";
import { events, result, startDouble, type DoubleServer, type Seen } from "./double-server.ts";

/** A server as it was before streamable HTTP. `streams` are its open streams, the newest last. */
async function startOld(
  address = "/messages?session=1",
): Promise<DoubleServer & { readonly streams: readonly ServerResponse[] }> {
  const streams: ServerResponse[] = [];
  const server = await startDouble((seen, response) => {
    if (seen.method === "GET") {
      streams.push(response);
      return events(response)(`event: endpoint\ndata: ${address}\n\n`);
    }
    response.writeHead(202).end("Accepted");
    if (seen.message.id !== undefined && seen.message.method !== "silent")
      streams.at(-1)?.write(`event: message\ndata: ${JSON.stringify(result(seen))}\n\n`);
  });
  return Object.assign(server, { streams });
}

const old = { transport: "sse", headers: { "X-Key": "s3cret" } } as const;
const isPost = (seen: Seen): boolean => seen.method === "POST";

describe("a server of the older HTTP with SSE", () => {
  it("is posted to where it says, and answers on its stream", async () => {
    const server = await startOld();
    const client = connect(server.url, old);
    client.send(request(0, "initialize"), notification("notifications/initialized"), request(1, "tools/list"));
    expect([(await client.message()).id, (await client.message()).id]).toEqual([0, 1]);
    expect(server.seen.map((seen) => [seen.method, seen.path, seen.headers["x-key"], seen.message.method])).toEqual([
      ["GET", "/mcp", "s3cret", undefined],
      ["POST", "/messages?session=1", "s3cret", "initialize"],
      ["POST", "/messages?session=1", "s3cret", "notifications/initialized"],
      ["POST", "/messages?session=1", "s3cret", "tools/list"],
    ]);
  });

  it("may not have messages sent to another origin", async () => {
    const other = await startDouble(() => undefined);
    const server = await startOld(`${other.origin}/messages`);
    const client = connect(server.url, old);
    client.send(request(1, "initialize"));
    expect((await client.message()).error?.message).toContain("wants messages sent elsewhere");
    expect(other.seen).toEqual([]);
  });

  it("that ends its stream is told to every open request, and the next message connects again", async () => {
    const server = await startOld();
    const client = connect(server.url, old);
    client.send(request(1, "silent"), request(2, "silent"));
    await server.until((seen) => seen.message.id === 2);
    server.streams.at(-1)?.end();
    const errors = [await client.message(), await client.message()];
    expect(errors.map(({ id }) => id)).toEqual([1, 2]);
    expect(errors[0]?.error?.message).toBe(`the connection to ${server.origin} ended: initialize again`);
    client.send(request(3, "initialize"));
    expect(await client.message()).toMatchObject({ id: 3, result: {} });
    expect(server.streams).toHaveLength(2);
  });

  it("that is none is told to the request", async () => {
    const server = await startDouble((_seen, response) => void response.writeHead(405).end());
    const client = connect(server.url, old);
    client.send(request(1, "initialize"));
    expect((await client.message()).error?.message).toBe(
      `${server.origin} answered 405 Method Not Allowed (check its address)`,
    );
  });

  it("that refuses a message is told to its request", async () => {
    const server = await startDouble((seen, response) => {
      if (isPost(seen)) return void response.writeHead(401).end();
      return events(response)("event: endpoint\ndata: /messages\n\n");
    });
    const client = connect(server.url, old);
    client.send(request(1, "initialize"));
    expect((await client.message()).error?.message).toContain("answered 401 Unauthorized");
  });

  it("is left at the end of stdin", async () => {
    const server = await startOld();
    const client = connect(server.url, old);
    client.send(request(1, "initialize"));
    await client.message();
    const closed = new Promise((resolve) => server.streams.at(-1)?.on("close", resolve));
    expect(await client.end()).toBe(0);
    await closed;
  });
});
