import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
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

describe("atk mcp run for a program", () => {
  function declare(world: World, code: string): void {
    const env = "env: { TOKEN: { env: MY_TOKEN } }";
    initHome(
      world,
      ["cursor"],
      `mcp_servers:\n  own: { command: node, args: [-e, ${JSON.stringify(code)}], ${env} }\n`,
    );
  }

  /** Files of dist that a run loaded. */
  async function loaded(world: World): Promise<readonly string[]> {
    const folder = world.path("coverage");
    const { ended } = start(world, ["-g", "own"], { MY_TOKEN: SECRET, NODE_V8_COVERAGE: folder });
    await ended;
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    rmSync(folder, { recursive: true });
    return [
      ...new Set(texts.flatMap((text) => [...text.matchAll(/dist\/([\w/-]+\.js)"/g)].map(([, name]) => name ?? ""))),
    ].sort();
  }

  it("loads nothing but its own file when it has started the same before", async () => {
    const world = createWorld();
    declare(world, "0");
    expect(await loaded(world)).toContain("cli.js");
    expect(await loaded(world)).toEqual(["errors.js", "launch.js", "main.js"]);
  });

  it.each(["the first time", "again"])("hands over streams, environment and exit code %s", async (time) => {
    const world = createWorld();
    declare(world, "process.stdin.on('data', (chunk) => { console.log(process.env.TOKEN + chunk); process.exit(7); })");
    if (time === "again") {
      const { child, ended } = start(world, ["-g", "own"], { MY_TOKEN: "first" });
      child.stdin?.end("x");
      await ended;
    }
    const { child, ended } = start(world, ["-g", "own"], { MY_TOKEN: SECRET });
    child.stdin?.end("grüße");
    expect(await ended).toEqual({ code: 7, stdout: `${SECRET}grüße\n`, stderr: "" });
  });

  it.each(["the first time", "again"])("passes a signal on and ends as the server does %s", async (time) => {
    const world = createWorld();
    declare(world, "console.log('up'); setInterval(() => {}, 1000)");
    for (const _run of time === "again" ? [1, 2] : [1]) {
      const { child, answer, ended } = start(world, ["-g", "own"], { MY_TOKEN: SECRET });
      await answer;
      child.kill("SIGTERM");
      expect(await ended).toMatchObject({ code: 128 + 15 });
    }
  });

  it("says the same about a program that is not there, the first time and again", async () => {
    const world = createWorld();
    initHome(world, ["cursor"], "mcp_servers:\n  own: { command: no-such-program-7f3a }\n");
    const first = await start(world, ["-g", "own"]).ended;
    expect(first).toMatchObject({ code: 8, stdout: "" });
    expect(first.stderr).toContain("the program 'no-such-program-7f3a' could not be started: ENOENT");
    expect(await start(world, ["-g", "own"]).ended).toEqual(first);
  });
});
