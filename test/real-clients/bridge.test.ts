import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, request, type BridgedClient, type Message } from "../mcp/bridge/bridged-client.ts";
import { startEverything, type HttpServer } from "./everything-server.ts";
import { install } from "./programs.ts";

async function answerTo(client: BridgedClient, id: number): Promise<Message> {
  for (;;) {
    const message = await client.message();
    if (message.id === id && message.method === undefined) return message;
  }
}

async function useIt(client: BridgedClient): Promise<void> {
  expect((await client.initialize()).result).toMatchObject({
    serverInfo: { name: expect.stringContaining("everything") },
  });
  client.send(request(1, "tools/list"), request(2, "tools/call", { name: "echo", arguments: { message: "grüße" } }));
  const answers = [await client.message(), await client.message()];
  const found = await Promise.all(
    [1, 2].map(async (id) => answers.find((each) => each.id === id) ?? answerTo(client, id)),
  );
  expect(found[0]?.result).toMatchObject({
    tools: expect.arrayContaining([expect.objectContaining({ name: "echo" })]),
  });
  expect(JSON.stringify(found[1]?.result)).toContain("grüße");
}

describe("the reference server over streamable HTTP", () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await startEverything();
  });
  afterAll(() => server.stop());

  it("is used through the bridge", async () => {
    const client = connect(server.url);
    await useIt(client);
    expect(await client.end()).toBe(0);
    expect(client.notes).toEqual([]);
  });

  it("reports progress while it works", async () => {
    const client = connect(server.url);
    await client.initialize();
    const params = {
      name: "trigger-long-running-operation",
      arguments: { duration: 1, steps: 2 },
      _meta: { progressToken: "t" },
    };
    client.send(request(1, "tools/call", params));
    const methods: (string | undefined)[] = [];
    for (let message = await client.message(); ; message = await client.message()) {
      methods.push(message.method);
      if (message.id === 1) break;
    }
    expect(methods).toContain("notifications/progress");
  });

  it("says that the session is gone when it was started anew", async () => {
    const client = connect(server.url);
    await client.initialize();
    server.stop();
    server = await startEverything();
    client.send(request(1, "ping"));
    expect((await answerTo(client, 1)).error?.message).toMatch(/cannot be reached|answered 4\d\d|is gone/);
  });
});

describe("the reference server over HTTP with SSE", () => {
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/sse`;
    const env = { ...process.env, PORT: String(port) };
    child = spawn(process.execPath, [await install("everything"), "sse"], { env, stdio: ["ignore", "ignore", "pipe"] });
    await new Promise<void>((resolve) => {
      child.stderr?.on("data", (chunk: Buffer) => /port/i.test(chunk.toString()) && resolve());
    });
  });
  afterAll(() => void child.kill("SIGKILL"));

  it("is used through the bridge", async () => {
    const client = connect(url, { transport: "sse" });
    await useIt(client);
    expect(await client.end()).toBe(0);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
