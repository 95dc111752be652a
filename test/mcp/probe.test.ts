import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { AtkError } from "../../src/core/errors.ts";
import type { Server } from "../../src/core/server.ts";
import { probeServer, type ProbeOptions, type ProbeResult } from "../../src/mcp/probe.ts";
import { SERVERS } from "./servers.ts";

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "atk-probe-")));
  mkdirSync(join(folder, "inside"));
  for (const [name, text] of Object.entries(SERVERS)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type LocalServer = Extract<Server, { transport: "stdio" }>;

function server(name: string, more: Partial<LocalServer> = {}): LocalServer {
  return {
    id: "demo",
    transport: "stdio",
    command: process.execPath,
    args: [join(folder, name)],
    env: {},
    ...more,
  };
}

function probe(what: Server, more: Partial<ProbeOptions> = {}): Promise<ProbeResult> {
  return probeServer(what, { env: { PATH: process.env["PATH"] }, cwd: folder, timeoutMs: 20_000, ...more });
}

async function failureOf(work: Promise<unknown>): Promise<AtkError> {
  const error: unknown = await work.then(
    () => new Error("it worked"),
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ name: "AtkError" });
  return error as AtkError;
}

/** A zombie is dead: it only waits for a parent that looks. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync("/proc/self/stat") || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("a server that works", () => {
  it("says who it is, which protocol it speaks and which tools it has", async () => {
    expect(await probe(server("good.mjs"))).toEqual({
      serverInfo: { name: "demo", version: "1.2.3" },
      protocolVersion: "2025-06-18",
      tools: [
        { name: "one", description: "Tool one" },
        { name: "two", description: "" },
      ],
      durationMs: expect.any(Number),
    });
  });

  it("is asked for all pages of its tools", async () => {
    const { tools } = await probe(server("pages.mjs"));
    expect(tools.map((tool) => tool.name)).toEqual(["tool-0", "tool-1", "tool-2", "tool-3", "tool-4"]);
  });

  it("may have no tools at all", async () => {
    expect((await probe(server("no-tools.mjs"))).tools).toEqual([]);
  });

  it("may print a banner before its first message", async () => {
    expect((await probe(server("banner.mjs"))).tools).toHaveLength(1);
  });

  it("gets its arguments, its folder, and variables looked up in the environment", async () => {
    const cwd = join(folder, "inside");
    const what = server("environment.mjs", {
      args: [join(folder, "environment.mjs"), "a b"],
      env: { TOKEN: { env: "MY_TOKEN" } },
      cwd,
    });
    const { tools } = await probe(what, { env: { MY_TOKEN: "t0ken" } });
    expect(tools.map((tool) => tool.name)).toEqual(["token-t0ken", "cwd-inside", "arg-a b"]);
  });

  it("has secrets inside its arguments filled in", async () => {
    const what = server("environment.mjs", { args: [join(folder, "environment.mjs"), "--key=${MY_KEY}"] });
    expect((await probe(what, { env: { MY_KEY: "k3y" } })).tools[2]?.name).toBe("arg---key=k3y");
  });
});

describe("a server that does not work gives a clear error when it", () => {
  it("is not there", async () => {
    const error = await failureOf(probe(server("x", { command: "no-such-program-anywhere" })));
    expect(error).toMatchObject({
      code: "E_PROGRAM",
      exitCode: 8,
      message: "demo: cannot start no-such-program-anywhere: it is not there, or not on PATH",
    });
  });

  it("may not be run", async () => {
    const error = await failureOf(probe(server("x", { command: join(folder, "good.mjs") })));
    expect(error).toMatchObject({
      code: "E_PROGRAM",
      message: expect.stringContaining("it may not be run (no x bit)"),
    });
  });

  it("should start in a folder that is not there", async () => {
    const error = await failureOf(probe(server("good.mjs", { cwd: join(folder, "gone") })));
    expect(error).toMatchObject({
      code: "E_COMMAND",
      message: expect.stringContaining(`not there: ${join(folder, "gone")}`),
    });
  });

  it("needs a variable that has no value", async () => {
    const error = await failureOf(probe(server("good.mjs", { env: { TOKEN: { env: "GITHUB_TOKEN" } } })));
    expect(error).toMatchObject({
      code: "E_ENV",
      message: expect.stringContaining("no value for GITHUB_TOKEN"),
    });
  });

  it("exits at once: with its last words, without colours and without the secrets it was given", async () => {
    const error = await failureOf(
      probe(server("exits.mjs", { env: { API_TOKEN: { env: "MINE" } } }), {
        env: { MINE: "correct-horse-battery" },
      }),
    );
    expect(error.code).toBe("E_COMMAND");
    expect(error.message).toBe(
      "demo: the server did not answer `initialize`: it exited with code 3\nits last words on stderr:\n  cannot log in with (hidden)\n  bye",
    );
  });

  it("hides secrets written in clear in the declaration, and headers of well-known keys", async () => {
    const error = await failureOf(
      probe(server("exits.mjs", { env: { API_TOKEN: "ghp_0123456789abcdefghijABCDEFGHIJ" } })),
    );
    expect(error.message).not.toContain("ghp_");
  });

  it("exits in the middle", async () => {
    const error = await failureOf(probe(server("exits-late.mjs")));
    expect(error.message).toMatch(/did not answer `tools\/list`: it exited with code 4\n.*\n {2}out of memory/);
  });

  it("never answers", async () => {
    const error = await failureOf(probe(server("silent.mjs"), { timeoutMs: 400 }));
    expect(error.message).toBe("demo: the server did not answer `initialize` within 0.4 s");
  });

  it("prints only text that is no message", async () => {
    const error = await failureOf(probe(server("garbage.mjs"), { timeoutMs: 600 }));
    expect(error.message).toContain('within 0.6 s; it printed text that is not MCP on stdout: "INFO still starting"');
  });

  it.each(["flood-line.mjs", "flood-lines.mjs"])("floods stdout (%s)", async (name) => {
    const error = await failureOf(probe(server(name)));
    expect(error.message).toContain("it floods stdout (more than 16 MiB)");
  });

  it("refuses, in its own words without its secrets", async () => {
    const error = await failureOf(probe(server("refuses.mjs", { env: { LICENCE: "abc-123-def" } })));
    expect(error.message).toMatch(/did not answer `initialize`: .*no licence for \(hidden\)/);
  });

  it("has pages of tools without end", async () => {
    const error = await failureOf(probe(server("endless-pages.mjs")));
    expect(error).toMatchObject({
      code: "E_COMMAND",
      message: expect.stringContaining("did not answer `tools/list`"),
    });
  });
});

describe("after a probe no process of the server is left", () => {
  let pids: string;
  afterEach(() => rmSync(pids, { force: true }));

  const pidsAfter = async (name: string, more: Partial<ProbeOptions>): Promise<readonly number[]> => {
    pids = join(folder, "pids");
    await probe(server(name, { env: { PIDS: pids } }), more).catch(() => {});
    const found = existsSync(pids) ? readFileSync(pids, "utf8").split(" ").map(Number) : [];
    // A signal takes a moment to arrive.
    for (let tries = 0; tries < 100 && found.some(isAlive); tries += 1)
      await new Promise((done) => setTimeout(done, 20));
    return found;
  };

  it("when it answered, although a child of it ignores polite requests", async () => {
    const found = await pidsAfter("children.mjs", {});
    expect(found).toHaveLength(2);
    expect(found.filter(isAlive)).toEqual([]);
  });

  it("when it never answered", async () => {
    const found = await pidsAfter("children-silent.mjs", { timeoutMs: 1500 });
    expect(found).toHaveLength(2);
    expect(found.filter(isAlive)).toEqual([]);
  });

  it("when the person stopped the probe", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 1500);
    const found = await pidsAfter("children-silent.mjs", { signal: stop.signal });
    expect(found).toHaveLength(2);
    expect(found.filter(isAlive)).toEqual([]);
  });

  it("when time was up before it was even started", async () => {
    expect((await pidsAfter("children-silent.mjs", { timeoutMs: 1 })).filter(isAlive)).toEqual([]);
  });
});

describe("a probe that is stopped", () => {
  it("says so, and does not start what was not started yet", async () => {
    const pids = join(folder, "never");
    const error = await failureOf(
      probe(server("children.mjs", { env: { PIDS: pids } }), { signal: AbortSignal.abort() }),
    );
    expect(error).toMatchObject({ code: "E_INTERRUPTED", exitCode: 130 });
    expect(existsSync(pids)).toBe(false);
  });
});

describe("a server at an address", () => {
  let http: HttpServer;
  afterEach(() => new Promise((done) => void http?.close(done)));

  const listen = async (status: number, body: string, seen: string[] = []): Promise<string> => {
    http = createServer((request, response) => {
      seen.push(`${request.method} ${request.headers["x-team"]} ${request.headers.authorization}`);
      response.writeHead(status, { "content-type": "text/html" }).end(body);
    });
    await new Promise<void>((done) => void http.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  };
  const remote = (url: string, transport: "http" | "sse" = "http"): Server => ({
    id: "linear",
    transport,
    url,
    headers: { "X-Team": "core", Authorization: { env: "LINEAR" } },
  });

  it("is asked with its headers, secrets looked up", async () => {
    const seen: string[] = [];
    const url = await listen(500, "broken", seen);
    await failureOf(probe(remote(url), { env: { LINEAR: "Bearer abc" } }));
    expect(seen[0]).toBe("POST core Bearer abc");
  });

  it.each(["http", "sse"] as const)("that refuses (%s) gives its status, not the secret", async (transport) => {
    const url = await listen(401, "who are you");
    const error = await failureOf(probe(remote(url, transport), { env: { LINEAR: "Bearer correct-horse" } }));
    expect(error.code).toBe("E_COMMAND");
    expect(error.message).toMatch(/401|[Uu]nauthorized/);
    expect(error.message).not.toContain("correct-horse");
  });

  it.each(["http", "sse"] as const)("that nobody listens at (%s) says why", async (transport) => {
    const error = await failureOf(
      probe(remote("http://127.0.0.1:9/mcp", transport), { env: { LINEAR: "Bearer abc" } }),
    );
    expect(error.message).toMatch(/127\.0\.0\.1:9\/mcp did not answer `initialize`: .*(ECONNREFUSED|bad port)/);
  });

  it("that never answers is given up", async () => {
    http = createServer(() => {});
    await new Promise<void>((done) => void http.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
    const error = await failureOf(probe(remote(url), { env: { LINEAR: "x" }, timeoutMs: 500 }));
    expect(error.message).toMatch(/within 0\.5 s/);
    http.closeAllConnections();
  });

  it.each(["file:///etc/passwd", "not an address"])("%s is refused", async (url) => {
    expect(await failureOf(probe(remote(url), { env: { LINEAR: "x" } }))).toMatchObject({
      code: "E_COMMAND",
      message: expect.stringContaining("not an http or https address"),
    });
  });
});
