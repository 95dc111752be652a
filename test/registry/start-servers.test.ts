import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parsePlugin } from "../../src/manifest/parse-plugin.ts";
import { resolvePluginServer } from "../../src/manifest/resolve-server.ts";
import { probeServer, type ProbeResult } from "../../src/mcp/probe.ts";
import { endGroup, isDetached } from "../../src/mcp/process-group.ts";
import { resolveSource } from "../../src/sources/resolve.ts";
import { createWorld, type World } from "../sources/world.ts";

/** Nothing here is slow; the first start downloads the package. */
const FIRST_START_MS = 180_000;

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
    env: world.host.machine.env,
    cwd: world.home,
    timeoutMs: FIRST_START_MS,
  });
}

describe("a server of the registry really starts, without an account, and has its tools", () => {
  it.each([
    ["everything", ["echo", "get-sum", "trigger-long-running-operation"]],
    [
      "filesystem",
      [
        "read_text_file",
        "edit_file",
        "list_allowed_directories",
        "list_directory_with_sizes",
        "search_files",
      ],
    ],
    ["memory", ["search_nodes", "create_entities", "add_observations", "create_relations", "read_graph"]],
    ["sequential-thinking", ["sequentialthinking"]],
    ["playwright", ["browser_navigate", "browser_snapshot", "browser_click", "browser_wait_for"]],
    [
      "chrome-devtools",
      ["list_console_messages", "performance_start_trace", "take_snapshot", "lighthouse_audit"],
    ],
    ["context7", ["resolve-library-id", "query-docs"]],
    ["eslint", ["lint-files"]],
    ["next-devtools", ["nextjs_index", "nextjs_call", "nextjs_docs"]],
  ] as const)(
    "%s",
    async (name, wanted) => {
      const { tools, serverInfo } = await start(name);
      expect(serverInfo.name).not.toBe("");
      expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining([...wanted]));
    },
    FIRST_START_MS + 5000,
  );

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
