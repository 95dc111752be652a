import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin } from "./world.ts";

const AGENTS = ["claude-code", "codex", "gemini-cli", "goose", "opencode"];

function wired(): ReturnType<typeof createWorld> {
  const world = createWorld();
  initHome(
    world,
    AGENTS,
    `plugins:\n  - everything\n  - { name: mine, source: { type: local, path: ../src/mine } }\nmcp_servers:\n  linear: { url: https://mcp.linear.app/mcp }\n`,
  );
  plugin(world, "mine");
  return world;
}

describe("looking writes nothing and starts nothing", () => {
  it.each([
    ["plan"],
    ["plan --json"],
    ["plan --check"],
    ["plan mine"],
    ["status"],
    ["status --json"],
    ["list"],
    ["doctor"],
    ["drift"],
    ["drift --all --json"],
    ["search"],
    ["mcp mine"],
    ["mcp mine --client codex"],
    ["apply --dry-run"],
    ["add memory --dry-run"],
    ["remove mine --dry-run"],
    ["plug mine --cursor --dry-run"],
    ["disable mine --dry-run"],
    ["lock --dry-run"],
    ["--help"],
    ["--version"],
  ])("atk %s leaves every byte, permission and time stamp under HOME, before and after an apply", (line) => {
    const world = wired();
    const before = world.picture({ times: true });
    const { code } = world.atk(...line.split(" "));
    expect([0, 1, 10]).toContain(code);
    expect(world.picture({ times: true })).toBe(before);
    expect(world.atk("apply", "--yes").code).toBe(0);
    const applied = world.picture({ times: true });
    expect(world.atk(...line.split(" ")).code).toBe(0);
    expect(world.picture({ times: true })).toBe(applied);
  });

  it("a second apply writes nothing and commits nothing", () => {
    const world = wired();
    world.atk("apply", "--yes");
    const applied = world.picture({ times: true });
    const second = world.atk("apply", "--yes", "--json");
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ outcome: "nothing", applied: [] });
    expect(world.picture({ times: true })).toBe(applied);
  });

  it("a project's own code is not run by looking at it", () => {
    const world = wired();
    world.write("project/atk.yaml", 'schema_version: "2026-11-21"\nagents: [claude-code]\nplugins: []\n');
    world.write(
      "project/.config/config.js",
      `require("node:fs").writeFileSync(${JSON.stringify(world.path("ran"))}, "");`,
    );
    world.write("project/package.json", '{ "cosmiconfig": { "searchPlaces": ["evil.js"] } }');
    expect(world.atk("plan").code).toBe(0);
    expect(world.exists("ran")).toBe(false);
  });
});

describe("nobody is asked where nobody is", () => {
  it("apply without --yes and without a terminal changes nothing and says what to add", () => {
    const world = wired();
    const before = world.picture({ without: /^\.local|^\.cache/ });
    const { code, stderr } = world.atk("apply");
    expect(code).toBe(2);
    expect(stderr).toContain("--yes");
    expect(world.picture({ without: /^\.local|^\.cache/ })).toBe(before);
  });
});
