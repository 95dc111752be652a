import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parsePlugin } from "../../src/manifest/parse-plugin.ts";
import { resolvePluginServer } from "../../src/manifest/resolve-server.ts";
import { probeServer, type ProbeResult } from "../../src/mcp/probe.ts";
import { endGroup, isDetached } from "../../src/mcp/process-group.ts";
import { resolveSource } from "../../src/sources/resolve.ts";
import { createWorld, type World } from "../sources/world.ts";
import { localServers, madeUpValues, shippedPlugins } from "./shipped.ts";
import { reasonNotToStart } from "./startable.ts";

/** Nothing here is slow; the first start downloads the package. */
const FIRST_START_MS = 180_000;

/** What skills name that looks like a tool and is none: things that are called through one. */
const NO_TOOLS: ReadonlySet<string> = new Set(["get_errors", "get_logs", "get_page_metadata", "node_modules"]);
/** So many are started at a time. */
const AT_ONCE = 2;

let world: World;
beforeAll(() => {
  world = createWorld();
});
afterAll(() => world.remove());

/** Puts a plugin of the registry where apply would, and starts its server as a client would. */
async function start(name: string, dotenv: Readonly<Record<string, string>> = {}): Promise<ProbeResult> {
  const { tree } = await resolveSource(name, { type: "registry" }, world.context);
  for (const entry of tree.entries) world.write(`plugins/${name}/${entry.path}`, await tree.read(entry.path));
  const text = new TextDecoder().decode(await tree.read("plugin.yaml"));
  const { plugin } = parsePlugin({ id: name, text, file: "plugin.yaml", hasSkillMd: true });
  const [server, ...others] = plugin.servers;
  if (server === undefined) throw new Error(`${name} has no server`);
  expect(others).toEqual([]);
  const environment = { pluginDirectory: world.path("plugins", name), dotenv, manifestEnv: {} };
  const resolved = resolvePluginServer({ server, envVars: plugin.envVars, environment });
  expect(resolved.missing).toEqual([]);
  return probeServer(resolved.server, {
    env: { ...world.host.machine.env, ...dotenv },
    cwd: world.home,
    timeoutMs: FIRST_START_MS,
  });
}

describe("a server of the registry really starts, and has the tools that its skill names", () => {
  const all = shippedPlugins().filter((shipped) => localServers(shipped).length > 0);
  const startable = all.filter((shipped) => reasonNotToStart(shipped) === undefined);
  const probes = new Map<string, Promise<ProbeResult>>();

  // Begun here rather than in each test, so that two of them start while one is looked at.
  beforeAll(() => {
    const inTurn = createTurns(AT_ONCE);
    for (const shipped of startable) {
      const probe = inTurn(() => start(shipped.name, madeUpValues(shipped)));
      probe.catch(() => {});
      probes.set(shipped.name, probe);
    }
  });

  it("and these are the ones that need no account, at least eight", () =>
    expect(startable.filter((shipped) => Object.keys(madeUpValues(shipped)).length === 0).length).toBeGreaterThanOrEqual(8));

  for (const shipped of all) {
    it(shipped.name, { timeout: FIRST_START_MS + 5000 }, async ({ skip }) => {
      const reason = reasonNotToStart(shipped);
      skip(reason !== undefined, reason);
      const { tools, serverInfo } = (await probes.get(shipped.name)) ?? { tools: [], serverInfo: { name: "" } };
      expect(serverInfo.name).not.toBe("");
      const names = tools.map((tool) => tool.name);
      const wanted = toolsIn(shipped.skill);
      expect(names).toEqual(expect.arrayContaining([...wanted]));
      expect(names.filter((name) => shipped.skill.includes(`\`${name}\``)).length).toBeGreaterThan(0);
    });
  }

  it(
    "and the filesystem server refuses to start on a folder that is not there, in its own words",
    async () => {
      const work = start("filesystem", { FILESYSTEM_ROOT: "/no/such/folder" });
      await expect(work).rejects.toMatchObject({
        code: "E_COMMAND",
        message: expect.stringMatching(/None of the specified directories are accessible/),
      });
    },
    FIRST_START_MS + 5000,
  );
});

/** What a skill writes as code and what looks like the name of a tool: words joined by _ or -. */
function toolsIn(skill: string): readonly string[] {
  const body = skill.replace(/^---[\s\S]*?\n---\n/, "").replace(/^```[\s\S]*?^```/gm, "");
  const code = [...body.matchAll(/`([^`\n]+)`/g)].flatMap(([, text]) => text ?? []);
  return [...new Set(code)].filter((text) => /^[a-z][a-z0-9]*([_-][a-z0-9]+)+$/.test(text) && !NO_TOOLS.has(text));
}

/** Runs what it is given, so many at a time. */
function createTurns(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((next) => waiting.push(next));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

describe("a server that runs already", () => {
  let server: ChildProcess | undefined;
  afterEach(() => endGroup(server ?? {}));

  const serve = async (mode: "streamableHttp" | "sse"): Promise<string> => {
    const port = await freePort();
    const args = ["-y", "@modelcontextprotocol/server-everything@2026.8.31", mode];
    server = spawn("npx", args, {
      env: { ...world.host.machine.env, PORT: String(port) },
      stdio: "ignore",
      detached: isDetached,
    });
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/none`).catch(() => undefined);
      if (answer !== undefined) return `http://127.0.0.1:${port}`;
      await new Promise((done) => setTimeout(done, 100));
    }
  };

  it.each([
    ["streamableHttp", "http", "/mcp"],
    ["sse", "sse", "/sse"],
  ] as const)(
    "is asked over %s",
    async (mode, transport, path) => {
      const url = `${await serve(mode)}${path}`;
      const options = { env: {}, cwd: world.home, timeoutMs: 30_000 };
      const { tools } = await probeServer({ id: "everything", transport, url, headers: {} }, options);
      expect(tools.map((tool) => tool.name)).toContain("echo");
    },
    FIRST_START_MS,
  );
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => void server.close(done));
  return port;
}
