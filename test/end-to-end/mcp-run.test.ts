import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createWorld, initHome, type World } from "./world.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");
const HEAD = 'schema_version: "2026-01-23"\nname: remote\ndescription: d\nmaturity: verified\n';
const INITIALIZE = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n';
const SECRET = "planted-7f3a91c2-secret";

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A remote MCP server that knows initialize. */
async function startRemote(): Promise<{ readonly url: string; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const server: Server = createServer(({ method, url, headers }, response) => {
    seen.push({ method, url, headers });
    if (method !== "POST") return void response.writeHead(200).end();
    response.writeHead(200, { "content-type": "application/json", "mcp-session-id": "s" });
    response.end('{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  ends.push(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, seen };
}

function remotePlugin(world: World, url: string): void {
  const vars = "env_vars:\n  - { name: API_TOKEN, required: true, secret: true }\n";
  const server = `mcp:\n  transport: http\n  url: ${url}?who=\${API_TOKEN}\n  headers: { Authorization: Bearer $API_TOKEN }\n`;
  world.write("src/remote/plugin.yaml", HEAD + vars + server);
  world.write("given.env", `API_TOKEN="${SECRET}"\n`, 0o600);
}

interface Running {
  readonly child: ChildProcess;
  /** The first line on stdout. */
  readonly answer: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

function start(world: World, words: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [MAIN, "mcp", "run", ...words], {
    cwd: world.home,
    env: { PATH: process.env["PATH"], HOME: world.home, ...env },
  });
  const texts = { stdout: "", stderr: "" };
  child.stderr.on("data", (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const answer = new Promise<string>((done) => {
    child.stdout.on("data", (chunk: Buffer) => {
      texts.stdout += chunk.toString();
      if (texts.stdout.includes("\n")) done(texts.stdout.split("\n")[0] ?? "");
    });
  });
  const ended = new Promise<Awaited<Running["ended"]>>((done) => child.on("close", (code) => done({ code, ...texts })));
  return { child, answer, ended };
}

describe("atk mcp run for a server that is reached by URL", () => {
  it("speaks to it with the plugin's values in address and headers, and ends the session with stdin", async () => {
    const remote = await startRemote();
    const world = createWorld();
    initHome(world, ["cursor"]);
    remotePlugin(world, remote.url);
    expect(world.atk("add", "./src/remote", "--yes", "--env-file", "given.env").stderr).not.toContain(SECRET);
    const { child, answer, ended } = start(world, ["-g", "remote"]);
    child.stdin?.write(INITIALIZE);
    expect(JSON.parse(await answer)).toMatchObject({ id: 1, result: { protocolVersion: "2025-06-18" } });
    child.stdin?.end();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
    expect(remote.seen.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
    expect(remote.seen[0]).toMatchObject({
      url: `/mcp?who=${SECRET}`,
      headers: { authorization: `Bearer ${SECRET}` },
    });
  });

  it("takes what the manifest refers to from its own environment, and ends by SIGTERM with 0", async () => {
    const remote = await startRemote();
    const world = createWorld();
    const header = 'Authorization: { env: LINEAR_TOKEN, prefix: "Bearer " }';
    initHome(world, ["claude-code"], `mcp_servers:\n  linear: { url: "${remote.url}", headers: { ${header} } }\n`);
    const { child, answer, ended } = start(world, ["-g", "linear"], { LINEAR_TOKEN: SECRET });
    child.stdin?.write(INITIALIZE);
    await answer;
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0 });
    expect(remote.seen[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(remote.seen.at(-1)?.method).toBe("DELETE");
  });

  it("names the variable that has no value, with exit code 8", async () => {
    const world = createWorld();
    const header = "Authorization: { env: LINEAR_TOKEN }";
    initHome(
      world,
      ["claude-code"],
      `mcp_servers:\n  linear: { url: "http://127.0.0.1:9/", headers: { ${header} } }\n`,
    );
    const { code, stderr } = await start(world, ["-g", "linear"]).ended;
    expect(code).toBe(8);
    expect(stderr).toContain("LINEAR_TOKEN");
  });
});
