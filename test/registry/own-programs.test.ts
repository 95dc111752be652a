import { spawn, type ChildProcess } from "node:child_process";
import { createServer, get, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { probeServer } from "../../src/mcp/probe.ts";
import { endGroup, isDetached } from "../../src/mcp/process-group.ts";
import { createWorld, ROOT, type World } from "../sources/world.ts";

const FIRST_START_MS = 180_000;
const PLUGINS = join(ROOT, "registry", "plugins");

let world: World;
let child: ChildProcess | undefined;
let servers: Server[] = [];
beforeEach(() => {
  world = createWorld();
  child = undefined;
  servers = [];
});
afterEach(async () => {
  await endGroup(child ?? {});
  for (const server of servers) server.close();
  world.remove();
});

/** A server on loopback that notes what it is asked, and its address. */
async function listen(answer: (body: string, headers: Readonly<Record<string, unknown>>) => Uint8Array | string): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (request.method !== "POST") return void response.writeHead(405).end();
      response.writeHead(200, { "content-type": "application/json" });
      response.end(answer(Buffer.concat(parts).toString(), request.headers));
    });
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("the dashboard of Claude Code sessions", () => {
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
  const usage = { input_tokens: 10, output_tokens: 20, cache_read_input_tokens: 5, cache_creation_input_tokens: 1 };
  const answer = { type: "assistant", timestamp: "2026-11-21T10:00:05Z", message: { id: "m1", model: "opus", usage } };
  const transcript = [
    line({ type: "user", cwd: "/work/shop", gitBranch: "main", uuid: "u1", message: { content: "Fix <b>login</b>" } }),
    line(answer),
    line(answer),
    line({ type: "user", uuid: "u2", message: { content: [{ type: "tool_result", content: "x" }] } }),
    '{"half a li',
  ].join("");

  async function dashboard(): Promise<number> {
    const port = await freePort();
    child = spawn("node", ["dashboard.mjs"], {
      cwd: join(PLUGINS, "claude-dashboard"),
      env: { ...world.host.machine.env, CLAUDE_DASHBOARD_PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
      detached: isDetached,
    });
    if (child.stdout !== null) await once(child.stdout, "data");
    return port;
  }

  it("counts each answer once and no results of tools, and survives half a line", async () => {
    world.write("home/.claude/projects/shop/s1.jsonl", transcript);
    const found = await (await fetch(`http://localhost:${await dashboard()}/sessions.json`)).json();
    const tokens = { input: 10, output: 20, cacheRead: 5, cacheWrite: 1 };
    expect(found).toMatchObject([
      { id: "s1", project: "/work/shop", branch: "main", model: "opus", title: "Fix <b>login</b>", messages: 2, tokens },
    ]);
  });

  it("shows what was typed as text, not as HTML", async () => {
    world.write("home/.claude/projects/shop/s1.jsonl", transcript);
    const page = await (await fetch(`http://localhost:${await dashboard()}/`)).text();
    expect(page).toContain("Fix &#60;b&#62;login");
    expect(page).not.toContain("<b>");
  });

  it("answers nobody who calls it by another name than localhost", async () => {
    const port = await dashboard();
    const request = get({ host: "127.0.0.1", port, path: "/sessions.json", headers: { host: "evil.example" } });
    const [response] = (await once(request, "response")) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(403);
  });
});

describe("the speaking server", () => {
  const call = async (url: string, name: string, args: object): Promise<unknown> => {
    child = spawn("node", [join(PLUGINS, "piper", "server.mjs")], {
      env: { ...world.host.machine.env, PIPER_TTS_URL: url },
      stdio: ["pipe", "pipe", "inherit"],
      detached: isDetached,
    });
    child.stdin?.write(
      `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } })}\n`,
    );
    const [data] = child.stdout === null ? [] : ((await once(child.stdout, "data")) as [Buffer]);
    return (JSON.parse(String(data)) as { result: unknown }).result;
  };

  it("writes what Piper says into a new file", async () => {
    const asked: string[] = [];
    const url = await listen((body) => {
      asked.push(body);
      return Buffer.from("RIFFsound");
    });
    const path = world.path("home", "hello.wav");
    const result = await call(url, "save_speech", { text: "Hello", path });
    expect(result).toMatchObject({ content: [{ text: `${path}: 9 bytes` }] });
    expect(readFileSync(path, "utf8")).toBe("RIFFsound");
    expect(asked.map((body) => JSON.parse(body) as unknown)).toEqual([{ text: "Hello" }]);
  });

  it("never writes over a file", async () => {
    const url = await listen(() => "RIFFsound");
    const path = world.write("home/mine.wav", "mine");
    expect(await call(url, "save_speech", { text: "Hello", path })).toMatchObject({ isError: true });
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  it("says how to start Piper when it does not answer", async () => {
    const path = world.path("home", "hello.wav");
    const result = await call(`http://127.0.0.1:${await freePort()}`, "save_speech", { text: "Hello", path });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("atk start piper") }] });
    expect(existsSync(path)).toBe(false);
  });
});

describe("the way to Langfuse", () => {
  it(
    "hands both keys over in one header, and in no command line",
    async () => {
      const seen = new Set<unknown>();
      const url = await listen((body, { authorization }) => {
        seen.add(authorization);
        return langfuse(JSON.parse(body) as { id?: number; method: string });
      });
      const keys = { LANGFUSE_PUBLIC_KEY: "pk-lf-mia", LANGFUSE_SECRET_KEY: "sk-lf-secret", LANGFUSE_HOST: url };
      const { tools } = await probeServer(
        { id: "langfuse", transport: "stdio", command: "node", args: [join(PLUGINS, "langfuse-official-mcp", "mcp.mjs")], env: keys },
        { env: world.host.machine.env, cwd: world.home, timeoutMs: FIRST_START_MS },
      );
      expect(tools.map((tool) => tool.name)).toEqual(["listPrompts"]);
      expect([...seen]).toEqual([`Basic ${Buffer.from("pk-lf-mia:sk-lf-secret").toString("base64")}`]);
    },
    FIRST_START_MS,
  );

  /** As little of an MCP server as a list of tools needs. */
  function langfuse({ id, method }: { readonly id?: number; readonly method: string }): string {
    const serverInfo = { name: "langfuse", version: "3" };
    const inputSchema = { type: "object" };
    const result =
      method === "initialize"
        ? { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo }
        : { tools: [{ name: "listPrompts", inputSchema }] };
    return id === undefined ? "" : JSON.stringify({ jsonrpc: "2.0", id, result });
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => void server.close(done));
  return port;
}
