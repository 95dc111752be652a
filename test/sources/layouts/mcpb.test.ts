import { describe, expect, it } from "vitest";
import { read } from "./trees.ts";

const MANIFEST = {
  manifest_version: "0.3",
  name: "weather",
  version: "1.2.0",
  description: "Tells the weather",
  author: { name: "Mia" },
  repository: { type: "git", url: "https://example.com/weather" },
  keywords: ["weather", "two words"],
  server: {
    type: "node",
    entry_point: "server/index.js",
    mcp_config: {
      command: "node",
      args: ["${__dirname}/server/index.js", "--units=${user_config.units}"],
      env: { WEATHER_KEY: "${user_config.api_key}", CACHE: "${__dirname}/cache" },
    },
  },
  user_config: {
    api_key: { type: "string", title: "Key", description: "From the site", sensitive: true, required: true },
    units: { type: "string", title: "Units", default: "metric" },
  },
};
const SERVER = { "server/index.js": "// serves\n" };
const withServer = (server: object, more: object = {}) => ({
  ...SERVER,
  "manifest.json": { ...MANIFEST, user_config: {}, server, ...more },
});

describe("an MCPB bundle as a plugin", () => {
  it("is its server, its settings as variables, and what it says about itself", async () => {
    const { plugin, remarks } = await read({ ...SERVER, "manifest.json": MANIFEST });
    expect(plugin).toMatchObject({
      name: "weather",
      description: "Tells the weather",
      version: "1.2.0",
      homepage: "https://example.com/weather",
      tags: ["weather", "two-words"],
      maturity: "community",
      envVars: [
        { name: "WEATHER_KEY", required: true, secret: true, description: "From the site" },
        { name: "UNITS", required: false, secret: false, default: "metric" },
      ],
      servers: [
        {
          transport: "stdio",
          command: "node",
          args: ["$ATK_PLUGIN_DIR/server/index.js", "--units=${UNITS}"],
          env: { WEATHER_KEY: "${WEATHER_KEY}", CACHE: "$ATK_PLUGIN_DIR/cache" },
        },
      ],
    });
    expect(remarks).toEqual([]);
  });

  it("gives the same bytes for the same tree, whatever the order of its files", async () => {
    const one = await read({ ...SERVER, "manifest.json": MANIFEST });
    const two = await read({ "manifest.json": MANIFEST, ...SERVER });
    expect(two.tree.integrity).toBe(one.tree.integrity);
    expect(await one.text("plugin.yaml")).toMatchInlineSnapshot(`
      "# Made by atk from an MCPB bundle (manifest.json).
      schema_version: "2026-11-21"
      name: "weather"
      description: "Tells the weather"
      version: "1.2.0"
      homepage: "https://example.com/weather"
      tags: ["weather","two-words"]
      env_vars:
        - name: "WEATHER_KEY"
          required: true
          secret: true
          description: "From the site"
        - name: "UNITS"
          default: "metric"
          description: "Units"
      mcp:
        transport: "stdio"
        command: "node"
        args: ["$ATK_PLUGIN_DIR/server/index.js","--units=\${UNITS}"]
        env:
          WEATHER_KEY: "\${WEATHER_KEY}"
          CACHE: "$ATK_PLUGIN_DIR/cache"
      maturity: "community"
      "
    `);
  });

  it.each([
    ["node", "node", ["$ATK_PLUGIN_DIR/server/index.js"]],
    ["python", "python3", ["$ATK_PLUGIN_DIR/server/index.js"]],
    ["binary", "$ATK_PLUGIN_DIR/server/index.js", []],
    ["uv", "uv", ["run", "--directory", "$ATK_PLUGIN_DIR", "$ATK_PLUGIN_DIR/server/index.js"]],
  ])("without mcp_config a %s server is started by its type", async (type, command, args) => {
    const { plugin } = await read(withServer({ type, entry_point: "server/index.js" }));
    expect(plugin.servers).toMatchObject([{ command, args }]);
  });

  it("names a relative entry point in full, because clients start it anywhere", async () => {
    const mcp_config = { command: "python", args: ["./server/index.js"] };
    const { plugin } = await read(withServer({ type: "python", entry_point: "server/index.js", mcp_config }));
    expect(plugin.servers).toMatchObject([{ args: ["$ATK_PLUGIN_DIR/server/index.js"] }]);
  });

  it("lets an entry point of type binary be run", async () => {
    const { tree } = await read(withServer({ type: "binary", entry_point: "server/index.js" }));
    expect(tree.entries.find((entry) => entry.path === "server/index.js")).toMatchObject({ executable: true });
  });

  it("says what it cannot keep: other commands on other systems, defaults of the machine, several values, prompts", async () => {
    const { plugin, remarks } = await read(
      withServer(
        {
          ...MANIFEST.server,
          mcp_config: { command: "node", args: ["${user_config.folders}"], platform_overrides: { win32: {} } },
        },
        {
          user_config: {
            folders: { type: "directory", title: "Folders", multiple: true, default: ["${HOME}/Desktop"] },
          },
          prompts: [{ name: "ask", text: "Ask" }],
        },
      ),
    );
    expect(plugin.envVars).toMatchObject([{ name: "FOLDERS", required: true }]);
    expect(remarks).toEqual([
      "FOLDERS has a default that depends on the machine (${HOME}/Desktop): set it.",
      "FOLDERS takes one value here, where the original takes several.",
      "server.mcp_config.platform_overrides (win32) are left out: every system gets the same command.",
      "the prompts of manifest.json are left out; those that the server offers itself are there.",
    ]);
  });

  it("never takes a variable that every process has for a setting", async () => {
    const { plugin } = await read(
      withServer(
        { ...MANIFEST.server, mcp_config: { command: "node", env: { PATH: "${user_config.path}" } } },
        {
          user_config: { path: { type: "string", title: "Path" } },
        },
      ),
    );
    expect(plugin.envVars).toMatchObject([{ name: "SETTING_PATH" }]);
  });

  it("a manifest.json of a web page is none", async () => {
    await expect(read({ "manifest.json": { name: "page", icons: [] } })).rejects.toMatchObject({
      code: "E_PLUGIN_INVALID",
      message: "the test: it is not a plugin: there is no plugin.yaml in it",
    });
  });
});
