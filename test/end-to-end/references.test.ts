import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin } from "./world.ts";

const AUTHORIZATION = 'Authorization: { env: LINEAR_KEY, prefix: "Bearer " }';
const LINEAR = `mcp_servers:\n  linear:\n    url: https://mcp.linear.app/mcp\n    headers: { ${AUTHORIZATION} }\n`;

describe("a token behind `Bearer `", () => {
  it("is told to each client in its own words, and goes through atk where a client has none", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "codex", "opencode", "amp"], LINEAR);
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(JSON.parse(world.read(".claude.json"))).toMatchObject({
      mcpServers: { linear: { headers: { Authorization: "Bearer ${LINEAR_KEY}" } } },
    });
    expect(world.read(".codex/config.toml")).toContain('bearer_token_env_var = "LINEAR_KEY"');
    expect(world.read(".config/opencode/opencode.jsonc")).toContain('"Bearer {env:LINEAR_KEY}"');
    expect(world.read(".config/amp/settings.json")).toMatch(/"mcp",\s*"run",\s*"-g",\s*"linear"/);
  });

  it("is shown for copy and paste as the reference, or as the launcher where a client expands nothing", () => {
    const world = createWorld();
    initHome(world, ["claude-code"], LINEAR);
    expect(world.atk("mcp", "linear").stdout).toContain('"Authorization": "Bearer ${LINEAR_KEY}"');
    const { code, stdout } = world.atk("mcp", "linear", "--client", "zed");
    expect(code).toBe(0);
    expect(stdout).toMatch(/"mcp",\s*"run",\s*"-g",\s*"linear"/);
  });
});

describe("a program's variable with text before it", () => {
  const ENV = 'env: { AUTH: { env: LINEAR_KEY, prefix: "Bearer " }, LINEAR_KEY: { env: LINEAR_KEY, prefix: "k-" } }';
  const PRINT =
    "command: node\n    args: [-e, 'process.stderr.write(process.env.AUTH + \" \" + process.env.LINEAR_KEY)']";

  it("goes through atk where the client cannot say it, and is put together when the server starts", () => {
    const world = createWorld({ LINEAR_KEY: "abc" });
    initHome(world, ["claude-code", "codex"], `mcp_servers:\n  tool:\n    ${PRINT}\n    ${ENV}\n`);
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(JSON.parse(world.read(".claude.json"))).toMatchObject({
      mcpServers: { tool: { command: "node", env: { AUTH: "Bearer ${LINEAR_KEY}", LINEAR_KEY: "k-${LINEAR_KEY}" } } },
    });
    expect(world.read(".codex/config.toml")).toMatch(/"mcp", "run", "-g", "tool"/);
    expect(world.atk("mcp", "run", "-g", "tool").stderr).toBe("Bearer abc k-abc");
  });

  it("is named when it has no value, with where to set it", () => {
    const world = createWorld();
    initHome(world, ["claude-code"], `mcp_servers:\n  tool:\n    ${PRINT}\n    ${ENV}\n`);
    const { code, stderr } = world.atk("mcp", "run", "-g", "tool");
    expect(code).toBe(8);
    expect(stderr).toContain("tool needs LINEAR_KEY\n");
    expect(stderr).toContain("next: set them in the environment that the client is started in");
  });

  it("of a plugin is put together from its .env or from the manifest's reference, once", () => {
    const world = createWorld({ WORK_KEY: "xyz" });
    initHome(world, ["claude-code"]);
    plugin(world, "keeper", "env_vars: [{ name: API_TOKEN, secret: true }]\n");
    const given = world.read("src/keeper/plugin.yaml");
    world.write(
      "src/keeper/plugin.yaml",
      given.replace(
        "args: [$ATK_PLUGIN_DIR/server.js]",
        "args: [-e, 'process.stderr.write(process.env.AUTH)']\n  env: { AUTH: Bearer $API_TOKEN }",
      ),
    );
    world.write("given.env", "API_TOKEN=from-dotenv\n", 0o600);
    expect(world.atk("add", "./src/keeper", "--yes", "--env-file", "given.env").code).toBe(0);
    expect(world.atk("mcp", "run", "-g", "keeper").stderr).toBe("Bearer from-dotenv");
    world.write(".atk/plugins/keeper/.env", "", 0o600);
    const manifest = world.read(".atk/atk.yaml");
    world.write(
      ".atk/atk.yaml",
      manifest.replace(/( *)- name: keeper\n/, '$&$1  env: { API_TOKEN: { env: WORK_KEY, prefix: "w-" } }\n'),
    );
    expect(world.atk("mcp", "run", "-g", "keeper").stderr).toBe("Bearer w-xyz");
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.read(".claude.json")).toContain('"Bearer w-${WORK_KEY}"');
  });
});

describe("a value that is kept elsewhere", () => {
  const TOOL = "command: node\n    args: [-e, 'process.stderr.write(process.env.KEY)']";
  const kept = (reference: string, more = ""): string =>
    `mcp_servers:\n  tool:\n    ${TOOL}\n    env: { KEY: ${reference} }\n${more}`;

  it.each([
    ["a file", "{ file: ~/keys/token, prefix: k- }", "k-from-file"],
    ["a file beside the manifest", "{ file: token }", "from-next-to-it"],
    ["a command", '{ command: [sh, -c, "printf from-; printf command"] }', "from-command"],
  ])("in %s reaches the server and no client", (_what, reference, value) => {
    const world = createWorld();
    world.write("keys/token", "from-file\n", 0o600);
    initHome(world, ["claude-code", "codex", "zed"], kept(reference));
    world.write(".atk/token", "from-next-to-it\n", 0o600);
    expect(world.atk("apply", "--yes").code).toBe(0);
    for (const file of [".claude.json", ".codex/config.toml", ".config/zed/settings.json"])
      expect(world.read(file)).toMatch(/"mcp",\s*"run",\s*"-g",\s*"tool"/);
    expect(
      world.filesWith(value).filter((file) => !["keys/token", ".atk/token", ".atk/atk.yaml"].includes(file)),
    ).toEqual([]);
    expect(world.atk("mcp", "run", "-g", "tool").stderr).toBe(value);
  });

  it("is asked for once in a run, and never by plan", () => {
    const world = createWorld();
    const command = '{ command: [sh, -c, "echo x >> ~/asked; echo v"] }';
    initHome(world, ["claude-code"], kept(command).replace("KEY:", `OTHER: ${command}, KEY:`));
    expect(world.atk("plan").code).toBe(0);
    expect(world.atk("status").code).toBe(0);
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.exists("asked")).toBe(false);
    expect(world.atk("mcp", "run", "-g", "tool").stderr).toBe("v");
    expect(world.read("asked")).toBe("x\n");
  });

  it("that cannot be had stops the start with the reason and the next step, not with a value", () => {
    const world = createWorld();
    initHome(world, ["claude-code"], kept('{ command: [sh, -c, "echo half-a-value; exit 3"] }'));
    const { code, stderr } = world.atk("mcp", "run", "-g", "tool");
    expect(code).toBe(8);
    expect(stderr).toContain("the command sh");
    expect(stderr).not.toContain("half-a-value");
  });

  it("stands in clear only where `secrets: inline` says so, which plan marks and does not show", () => {
    const world = createWorld();
    world.write("keys/token", "top-hush\n", 0o600);
    initHome(world, ["claude-code"], kept("{ file: ~/keys/token }", "    secrets: inline\n"));
    const { code, stdout } = world.atk("plan");
    expect(code).toBe(0);
    expect(stdout).toContain("in clear in the files of its agents");
    expect(stdout + world.atk("plan", "--json").stdout).not.toContain("top-hush");
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(JSON.parse(world.read(".claude.json"))).toMatchObject({
      mcpServers: { tool: { env: { KEY: "top-hush" } } },
    });
    world.write(".atk/atk.yaml", world.read(".atk/atk.yaml").replace("    secrets: inline\n", ""));
    expect(world.atk("plan", "--json").stdout).not.toContain("top-hush");
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.read(".claude.json")).not.toContain("top-hush");
  });

  it("is left to the client's own environment where `secrets: references` says so", () => {
    const world = createWorld();
    world.write("keys/token", "hush\n", 0o600);
    initHome(world, ["claude-code"], kept("{ file: ~/keys/token }", "    secrets: references\n"));
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(JSON.parse(world.read(".claude.json"))).toMatchObject({ mcpServers: { tool: { env: { KEY: "${KEY}" } } } });
  });

  it("in a header makes every client start atk, which speaks to the server", async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { id } = JSON.parse(body || "{}") as { id?: number };
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({
            jsonrpc: "2.0",
            id,
            result: { protocolVersion: "2025-06-18", capabilities: {}, serverInfo: { name: "x", version: "1" } },
          }),
        );
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const world = createWorld();
    world.write("keys/token", "hush\n", 0o600);
    initHome(
      world,
      ["claude-code"],
      `mcp_servers:\n  far:\n    url: http://127.0.0.1:${port}/mcp\n    headers: { Authorization: { file: ~/keys/token, prefix: "Bearer " } }\n`,
    );
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.read(".claude.json")).toMatch(/"mcp",\s*"run",\s*"-g",\s*"far"/);
    expect(world.read(".claude.json")).not.toContain("hush");
    const client = world.talkTo("mcp", "run", "-g", "far");
    client.stdin?.write('{"jsonrpc":"2.0","id":7,"method":"initialize","params":{}}\n');
    const [answer] = (await once(client.stdout ?? expect.unreachable(), "data")) as [Buffer];
    expect(JSON.parse(answer.toString())).toMatchObject({ id: 7, result: { serverInfo: { name: "x" } } });
    client.stdin?.end();
    await once(client, "exit");
    server.close();
    expect(seen[0]).toBe("Bearer hush");
  });
});
