import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin } from "./world.ts";

const AUTHORIZATION = 'Authorization: { env: LINEAR_KEY, prefix: "Bearer " }';
const LINEAR = `mcp_servers:\n  linear:\n    url: https://mcp.linear.app/mcp\n    headers: { ${AUTHORIZATION} }\n`;

describe("a token behind `Bearer `", () => {
  it("is told to each client in its own words, and refused alone where a client has none", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "codex", "opencode", "amp"], LINEAR);
    const { code, stderr, stdout } = world.atk("apply", "--yes");
    expect(stdout + stderr).toContain(
      "headers Authorization refers to the variable LINEAR_KEY, but Amp expands nothing there",
    );
    expect(stdout + stderr).toContain("give linear an `agents` list without amp in the manifest");
    expect(code).toBe(5);
    expect(JSON.parse(world.read(".claude.json"))).toMatchObject({
      mcpServers: { linear: { headers: { Authorization: "Bearer ${LINEAR_KEY}" } } },
    });
    expect(world.read(".codex/config.toml")).toContain('bearer_token_env_var = "LINEAR_KEY"');
    expect(world.read(".config/opencode/opencode.jsonc")).toContain('"Bearer {env:LINEAR_KEY}"');
    expect(world.exists(".config/amp/settings.json")).toBe(false);
  });

  it("is shown for copy and paste as the reference, or with the reason and the next step", () => {
    const world = createWorld();
    initHome(world, ["claude-code"], LINEAR);
    expect(world.atk("mcp", "linear").stdout).toContain('"Authorization": "Bearer ${LINEAR_KEY}"');
    const { code, stderr } = world.atk("mcp", "linear", "--client", "zed");
    expect(code).toBe(5);
    expect(stderr).toContain("Zed expands nothing there");
    expect(stderr).toContain("next: leave zed out");
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
