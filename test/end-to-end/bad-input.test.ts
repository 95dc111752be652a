import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const SERVERS = "plugins: []\nmcp_servers:\n  notes: { command: node, args: [notes.js] }\n";

/** The broken file is said and left as it is; the other agents get theirs. */
function expectOthersUnaffected(world: World, file: string, before: string | undefined): void {
  const { code, stdout } = world.atk("apply", "--yes", "--json");
  expect(code).toBe(11);
  const result = JSON.parse(stdout) as {
    left: { problem: { message: string; hint?: string; at?: { file: string } } }[];
  };
  expect(result.left).toHaveLength(1);
  expect(result.left[0]?.problem.message).toContain(world.path(file));
  expect(result.left[0]?.problem.hint).toBeTruthy();
  expect(world.read(".claude.json")).toContain("notes");
  if (before !== undefined) expect(world.read(file)).toBe(before);
}

describe("a client's file that atk cannot read or write is said, left alone, and in nobody's way", () => {
  it.each([
    ["broken", "{ not json"],
    ["has a duplicate key", '{ "mcpServers": {}, "mcpServers": {} }'],
    ["has another type where the servers stand", '{ "mcpServers": [] }'],
    ["is a list", "[]"],
  ])("it %s", (_what, text) => {
    const world = createWorld();
    initHome(world, ["claude-code", "cursor"], SERVERS);
    world.write(".cursor/mcp.json", text);
    expectOthersUnaffected(world, ".cursor/mcp.json", text);
  });

  it("it is not UTF-8", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "cursor"], SERVERS);
    world.write(".cursor/mcp.json", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]));
    expectOthersUnaffected(world, ".cursor/mcp.json", undefined);
  });

  it("it is a folder", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "cursor"], SERVERS);
    mkdirSync(world.path(".cursor/mcp.json"), { recursive: true });
    expectOthersUnaffected(world, ".cursor/mcp.json", undefined);
  });

  it("it is broken TOML, with its line and column", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "codex"], SERVERS);
    world.write(".codex/config.toml", "a = 1\nb = = 2\n");
    expectOthersUnaffected(world, ".codex/config.toml", "a = 1\nb = = 2\n");
    expect(world.atk("plan").stdout).toMatch(/config\.toml:2:\d+/);
  });

  it("an empty file is no fault, and is empty again afterwards", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "cursor"], SERVERS);
    world.write(".cursor/mcp.json", "");
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.read(".cursor/mcp.json")).toContain("notes");
    expect(world.atk("remove", "notes", "--yes").code).toBe(0);
    expect(world.read(".cursor/mcp.json")).toBe("");
  });

  it("a read-only file is not replaced", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "cursor"], SERVERS);
    world.write(".cursor/mcp.json", "{}", 0o444);
    const { code, stderr } = world.atk("apply", "--yes");
    expect(code).toBe(11);
    expect(world.read(".claude.json")).toContain("notes");
    expect(stderr).toMatch(/mcp\.json.*read-only[\s\S]*chmod/);
    expect(world.read(".cursor/mcp.json")).toBe("{}");
  });
});

describe("names that are no names are refused before anything is touched", () => {
  it.each([["../x"], ["/etc/passwd"], [""], ["a\u0007b"], [".."], ["a/b"]])("remove %j", (name) => {
    const world = createWorld();
    initHome(world, ["claude-code"], SERVERS);
    world.write("x/keep", "1");
    const before = world.picture({ times: true });
    const { code } = world.atk("remove", name, "--yes");
    expect([2, 4, 5]).toContain(code);
    expect(world.picture({ times: true })).toBe(before);
  });

  it("in the manifest, all at once, each with its line and column", () => {
    const world = createWorld();
    initHome(
      world,
      ["claude-code"],
      "plugins:\n  - ../x\n  - name: A\n  - everything\n  - everything\nmcp_server: {}\nagents_: 1\n",
    );
    const { code, stderr, stdout } = world.atk("plan", "--json");
    expect(code).toBe(5);
    const { error } = JSON.parse(stdout) as {
      error: { problems: { message: string; at: { line: number; column: number } }[] };
    };
    expect(error.problems.length).toBeGreaterThanOrEqual(5);
    expect(error.problems.every(({ at }) => at.line > 0 && at.column > 0)).toBe(true);
    expect(stderr).toMatch(/atk\.yaml:4:\d+/);
    expect(stderr).toContain("mcp_servers");
  });

  it("a manifest that is a merge conflict is called that, with its line", () => {
    const world = createWorld();
    initHome(world, ["claude-code"], "<<<<<<< HEAD\nplugins: []\n=======\nplugins: [everything]\n>>>>>>> other\n");
    const { code, stderr } = world.atk("plan");
    expect(code).toBe(5);
    expect(stderr).toMatch(/conflict/i);
    expect(stderr).toMatch(/atk\.yaml:3/);
  });
});

describe("a hostile plugin is refused, and nothing of it arrives", () => {
  const attacks: readonly [string, (world: World) => void][] = [
    ["a link out of its tree", (world) => symlinkSync(world.path(".gitconfig"), world.path("src/bad/evil"))],
    ["an absolute link", (world) => symlinkSync("/etc/passwd", world.path("src/bad/evil"))],
    ["a link to a parent", (world) => symlinkSync("../../..", world.path("src/bad/evil"))],
    ["a fifo", (world) => void execFileSync("mkfifo", [world.path("src/bad/pipe")])],
    ["a repository inside", (world) => void execFileSync("git", ["init", "-q", world.path("src/bad/inner")])],
    [
      "too many files",
      (world) => {
        for (let index = 0; index < 10_050; index += 1) world.write(`src/bad/files/${index}`, "");
      },
    ],
  ];
  it.each(attacks)("%s", (_what, attack) => {
    const world = createWorld();
    initHome(world, ["claude-code"]);
    plugin(world, "bad");
    attack(world);
    const before = world.picture({ without: /^(src|\.local|\.cache)/ });
    const { code, stderr } = world.atk("add", "./src/bad", "--yes");
    expect(code).toBe(5);
    expect(stderr).toMatch(/bad/);
    expect(world.picture({ without: /^(src|\.local|\.cache)/ })).toBe(before);
  });

  it("one broken plugin hides no other, and can be removed", () => {
    const world = createWorld();
    initHome(world, ["claude-code"]);
    plugin(world, "good");
    plugin(world, "bad");
    expect(world.atk("add", "./src/bad", "--yes").code).toBe(0);
    expect(world.atk("add", "./src/good", "--yes").code).toBe(0);
    world.write(".atk/plugins/bad/plugin.yaml", "name: [broken\n");
    world.write("src/bad/plugin.yaml", "name: [broken\n");
    const status = world.atk("status");
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/good\s+ok/);
    expect(status.stdout).toMatch(/bad\s+attention/);
    expect(world.atk("remove", "bad", "--yes", "--on-drift", "overwrite").code).toBe(0);
    expect(world.read(".claude.json")).not.toContain("bad");
    expect(world.atk("plan", "--check").code).toBe(0);
  });
});
