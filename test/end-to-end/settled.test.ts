import { appendFileSync, chmodSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const AGENTS = ["claude-code", "codex", "gemini-cli", "goose", "opencode"];

function wired(extra: Readonly<Record<string, string>> = {}): World {
  const world = createWorld(extra);
  initHome(
    world,
    AGENTS,
    "plugins:\n  - everything\n  - { name: mine, source: { type: local, path: ../src/mine } }\nmcp_servers:\n  linear: { url: https://mcp.linear.app/mcp }\n",
  );
  plugin(world, "mine");
  expect(world.atk("apply", "--yes").code).toBe(0);
  return world;
}

/** What plan and status say with what was remembered, and without it. */
function bothWays(world: World): void {
  const ask = (): readonly unknown[] =>
    [["plan"], ["plan", "--json"], ["plan", "--check"], ["status"], ["status", "--json"]].map((words) =>
      world.atk(...words),
    );
  const quick = ask();
  const remembered = world.path(".cache/atk/settled");
  if (world.exists(".cache/atk/settled")) renameSync(remembered, world.path("aside"));
  expect(quick).toEqual(ask());
  if (world.exists("aside")) renameSync(world.path("aside"), remembered);
}

const remembers = (world: World): boolean =>
  world.exists(".cache/atk/settled") && readdirSync(world.path(".cache/atk/settled")).length > 0;

describe("plan and status say the same with and without what an apply has remembered", () => {
  it("when nothing has changed", () => {
    const world = wired();
    expect(remembers(world)).toBe(true);
    bothWays(world);
    expect(world.atk("plan", "--check").code).toBe(0);
  });

  it.each<[string, number, (world: World) => void]>([
    ["a client's entry was renamed", 10, (world) => edit(world, ".claude.json", "everything", "anything")],
    ["a client's file is gone", 10, (world) => unlinkSync(world.path(".codex/config.toml"))],
    ["a client's file is broken", 11, (world) => world.write(".claude.json", "{")],
    [
      "the manifest has a new entry",
      10,
      (world) => appendFileSync(world.path(".atk/atk.yaml"), "  x: { command: node }\n"),
    ],
    ["the manifest is broken", 5, (world) => appendFileSync(world.path(".atk/atk.yaml"), "\tx\n")],
    ["the lock is broken", 13, (world) => writeFileSync(world.path(".atk/atk.lock"), "{}")],
    ["a plugin's file was edited", 11, (world) => appendFileSync(world.path(".atk/plugins/mine/plugin.yaml"), "# x\n")],
    ["a plugin's file may be run now", 11, (world) => chmodSync(world.path(".atk/plugins/mine/plugin.yaml"), 0o755)],
    [
      "a plugin has overrides now",
      10,
      (world) => world.write(".atk/plugins/mine/custom/overrides.yaml", "mcp: { args: [other.js] }\n"),
    ],
    ["the state is gone", 10, (world) => rmSync(world.path(".local/state/atk/homes"), { recursive: true })],
    [
      "the machine's key is another one",
      10,
      (world) => writeFileSync(world.path(".local/state/atk/machine.key"), Buffer.alloc(32)),
    ],
  ])("when %s", (_what, code, change) => {
    const world = wired();
    change(world);
    bothWays(world);
    expect(world.atk("plan", "--check").code).toBe(code);
  });

  it("when a variable that moves a client's folder is set", () => {
    const world = wired();
    const elsewhere = world.with({ CODEX_HOME: world.path("elsewhere") });
    bothWays(elsewhere);
    expect(elsewhere.atk("plan", "--check").code).toBe(10);
  });

  it("when this machine has another name, and `machines` says something of it", () => {
    const world = wired();
    appendFileSync(world.path(".atk/atk.yaml"), "machines:\n  desk: { mcp_servers: { linear: { enabled: false } } }\n");
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.atk("plan", "--check").code).toBe(0);
    const desk = world.with({ ATK_MACHINE: "desk" });
    bothWays(desk);
    expect(desk.atk("plan", "--check").code).toBe(10);
    world.write(".config/atk/config.yaml", "machine: desk\n");
    bothWays(world);
    expect(world.atk("plan", "--check").code).toBe(10);
  });

  it("when the apply could not finish everything, and then nothing is remembered", () => {
    const world = wired();
    world.write(".claude.json", "{");
    appendFileSync(world.path(".atk/atk.yaml"), "  x: { command: node }\n");
    world.atk("apply", "--yes");
    expect(remembers(world)).toBe(false);
    bothWays(world);
  });

  it("when what was remembered is damaged", () => {
    const world = wired();
    const [name = ""] = readdirSync(world.path(".cache/atk/settled"));
    writeFileSync(world.path(`.cache/atk/settled/${name}`), "x\ny\n");
    bothWays(world);
  });
});

function edit(world: World, file: string, from: string, to: string): void {
  world.write(file, world.read(file).replaceAll(from, to));
}
