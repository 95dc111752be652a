import { describe, expect, it } from "vitest";
import { parseManifest as parse } from "../../src/manifest/parse-manifest.ts";
import { initialManifest } from "../../src/manifest/initial-manifest.ts";
import { clientIds } from "./client-ids.ts";

const parseManifest = (text: string) => parse(text, "atk.yaml", { clientIds });
const NO_POLICY = {
  signed: false,
  deniedCommands: [],
  unpinned: "warn",
  minimumReleaseAgeMs: 0,
  installScripts: [],
  toolsChanged: "deny",
  hiddenInstructions: "warn",
  unattended: ["create", "update", "delete", "run", "service"],
};
const version = 'schema_version: "2026-11-21"\n';

const EXAMPLE = `${version}agents: [claude-code, codex, cursor]
plugins:
  - github
  - name: everything
    agents: [claude-code]
    env: { LOG_LEVEL: debug, TOKEN: { env: MY_TOKEN }, AUTH: { env: MY_TOKEN, prefix: "Bearer " } }
    when: { os: [linux, darwin], tags: work }
  - name: my-tool
    source: { type: git, url: "https://example.com/my-tool.git", ref: v1.2.0 }
  - name: mine
    source: { type: local, path: ../somewhere/mine }
    enabled: false
  - name: packed
    source: { type: npm, package: "@example/packed", version: ^1.2.0 }
mcp_servers:
  linear: { url: https://mcp.linear.app/mcp, headers: { X-Team: core } }
  notes: { command: node, args: [notes.js], env: { LOG: "1" }, agents: [codex] }
skills: [ ./skills/review ]
instructions:
  - ./rules/house-style.md
  - { path: ./rules/work.md, agents: [codex], when: { host: laptop } }
config: { auto_commit: true, auto_push: false }
`;

describe("a manifest", () => {
  it("gives its entries in the order of the file, short forms expanded and defaults filled in", () => {
    expect(parseManifest(EXAMPLE).manifest).toEqual({
      schemaVersion: "2026-11-21",
      agents: ["claude-code", "codex", "cursor"],
      plugins: [
        { name: "github", source: { type: "registry" }, env: {}, enabled: true, ports: {}, secrets: "launcher" },
        {
          name: "everything",
          source: { type: "registry" },
          agents: ["claude-code"],
          env: { LOG_LEVEL: "debug", TOKEN: { env: "MY_TOKEN" }, AUTH: { env: "MY_TOKEN", prefix: "Bearer " } },
          enabled: true,
          ports: {},
          secrets: "launcher",
          when: { os: ["linux", "darwin"], tags: ["work"] },
        },
        {
          name: "my-tool",
          source: { type: "git", url: "https://example.com/my-tool.git", ref: "v1.2.0" },
          env: {},
          enabled: true,
          ports: {},
          secrets: "launcher",
        },
        {
          name: "mine",
          source: { type: "local", path: "../somewhere/mine" },
          env: {},
          enabled: false,
          ports: {},
          secrets: "launcher",
        },
        {
          name: "packed",
          source: { type: "npm", package: "@example/packed", version: "^1.2.0" },
          env: {},
          enabled: true,
          ports: {},
          secrets: "launcher",
        },
      ],
      servers: {
        linear: {
          url: "https://mcp.linear.app/mcp",
          transport: "http",
          headers: { "X-Team": "core" },
          enabled: true,
          secrets: "launcher",
        },
        notes: {
          command: "node",
          args: ["notes.js"],
          env: { LOG: "1" },
          agents: ["codex"],
          enabled: true,
          secrets: "launcher",
        },
      },
      skills: [{ path: "./skills/review", enabled: true }],
      instructions: [
        { path: "./rules/house-style.md", enabled: true },
        { path: "./rules/work.md", agents: ["codex"], enabled: true, when: { host: ["laptop"] } },
      ],
      config: { autoCommit: true, autoPush: false },
      registries: [],
      policy: NO_POLICY,
      machines: [],
      backups: [],
      backupTargets: {},
      ignoredDrift: [],
    });
  });

  it("says what may come onto the machine, and where plugins are looked for", () => {
    const text = `${version}registries:\n  - { name: acme, url: ../plugins }\npolicy: { unpinned: deny, minimum_release_age: 3d, install_scripts: [esbuild] }\n`;
    const { registries, policy } = parseManifest(text).manifest;
    expect(registries).toEqual([{ name: "acme", url: "../plugins", priority: 10 }]);
    expect(policy).toEqual({
      ...NO_POLICY,
      unpinned: "deny",
      minimumReleaseAgeMs: 259_200_000,
      installScripts: ["esbuild"],
    });
  });

  it("says how machines differ, what is kept, and when it runs by itself", () => {
    const text = `${version}machines:
  laptop: { match: { host: "thinkpad-*" }, tags: work, plugins: { web: { service: stopped } } }
sync: { schedule: hourly }
backups:
  web: { to: [local, drive], schedule: "daily 03:30", keep: { last: 3, daily: 7 }, encrypt: true }
backup_targets:
  drive: { rclone: "drive:atk" }
  bucket: { s3: { bucket: mine, access_key: ME, secret_key: { secret: KEY } } }
drift:
  ignore: [{ entry: mcp_server.web@cursor, reason: a test, until: "2026-12-21" }]
`;
    const { machines, sync, backups, backupTargets, ignoredDrift } = parseManifest(text).manifest;
    const nothing = { env: {}, ports: {} };
    expect(machines).toEqual([
      {
        name: "laptop",
        match: { host: ["thinkpad-*"] },
        tags: ["work"],
        plugins: { web: { ...nothing, service: "stopped" } },
        servers: {},
      },
    ]);
    expect(sync).toEqual({ schedule: "hourly" });
    const keep = { last: 3, daily: 7 };
    const kept = { name: "web", to: ["local", "drive"], schedule: "daily 03:30", keep, encrypt: true };
    expect(backups).toEqual([{ ...kept, exclude: [], beforeUpgrade: "risky", enabled: true }]);
    expect(backupTargets).toEqual({
      drive: { type: "rclone", remote: "drive:atk" },
      bucket: { type: "s3", bucket: "mine", accessKey: "ME", secretKey: { secret: "KEY" } },
    });
    expect(ignoredDrift).toEqual([{ entry: "mcp_server.web@cursor", reason: "a test", until: "2026-12-21" }]);
  });

  it("may have nothing but its version", () => {
    expect(parseManifest(version).manifest).toEqual({
      schemaVersion: "2026-11-21",
      agents: [],
      plugins: [],
      servers: {},
      skills: [],
      instructions: [],
      config: {},
      registries: [],
      policy: NO_POLICY,
      machines: [],
      backups: [],
      backupTargets: {},
      ignoredDrift: [],
    });
  });

  it("may have sections without a value, as they are left when everything below them is commented out", () => {
    const text = `${version}agents:\nplugins:\n  # - github\nmcp_servers:\nskills:\ninstructions:\nconfig:\n`;
    expect(parseManifest(text).manifest.plugins).toEqual([]);
  });

  it("may hold the user's own keys and anchors", () => {
    const text = `${version}x-work: &work\n  agents: [codex]\n  when: { tags: [work] }\nplugins:\n  - { name: github, <<: *work }\n`;
    const [plugin] = parseManifest(text).manifest.plugins;
    expect(plugin).toMatchObject({ name: "github", agents: ["codex"], when: { tags: ["work"] } });
  });

  it("is the same with Windows line endings and a byte order mark", () => {
    const text = `\uFEFF${EXAMPLE.replaceAll("\n", "\r\n")}`;
    expect(parseManifest(text).manifest).toEqual(parseManifest(EXAMPLE).manifest);
  });

  it("may be written as JSON", () => {
    const { data } = parseManifest(EXAMPLE);
    expect(parseManifest(JSON.stringify(data, null, 2)).manifest).toEqual(parseManifest(EXAMPLE).manifest);
  });

  it("tells where a value stands", () => {
    const { place } = parseManifest(EXAMPLE);
    expect(place("/plugins/2/source/ref")).toEqual({
      file: "atk.yaml",
      line: 10,
      column: 71,
      pointer: "/plugins/2/source/ref",
    });
    expect(place("/mcp_servers/notes/args/0")).toMatchObject({ line: 18, column: 34 });
  });

  it("tells the place of the nearest thing for what is not there", () => {
    expect(parseManifest(EXAMPLE).place("/plugins/0/agents")).toMatchObject({ line: 4, column: 5 });
  });

  it("keeps variables with names of JavaScript's own as plain variables", () => {
    const text = `${version}plugins:\n  - name: constructor\n    env: { __proto__: a, constructor: b, toString: c }\n`;
    const [plugin] = parseManifest(text).manifest.plugins;
    expect(Object.entries(plugin?.env ?? {})).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
      ["toString", "c"],
    ]);
  });

  it("as `atk init` writes it is valid and points editors to the schema", () => {
    const text = initialManifest({ agents: ["claude-code", "codex"] });
    expect(text.split("\n")[0]).toBe(
      "# yaml-language-server: $schema=https://unpkg.com/atk-cli/schema/manifest.schema.json",
    );
    expect(parseManifest(text).manifest.agents).toEqual(["claude-code", "codex"]);
  });

  it("as `atk init` writes it is valid when its examples are uncommented", () => {
    const text = initialManifest({ agents: [] })
      .replace("plugins: []", "plugins:")
      .replace("mcp_servers: {}", "")
      .replace("# MCP servers without a plugin:", "mcp_servers:")
      .replaceAll(/^# {3}/gm, "  ");
    const moved = text.replace(/(\n {2}- name: my-tool[\s\S]*?)(\nplugins:)/, "$2$1");
    const { manifest } = parseManifest(moved);
    expect(manifest.plugins.map(({ name }) => name)).toEqual(["my-tool"]);
    expect(Object.keys(manifest.servers)).toEqual(["linear", "notes"]);
  });
});
