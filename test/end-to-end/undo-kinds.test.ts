import { mkdirSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const NOT_MINE = /^\.(local|cache|npm|gitconfig)|^\.atk\/\.git(\/|$)|^src|installs/;
const picture = (world: World): string => world.picture({ without: NOT_MINE });

function ok(world: World, ...words: readonly string[]): string {
  const { code, stdout, stderr } = world.atk(...words);
  expect(code, stdout + stderr).toBe(0);
  return stdout + stderr;
}

describe("undo of every kind of resource", () => {
  it("skills as links, instructions as sections, plugins as links, in folders and files that are links themselves", () => {
    const world = createWorld();
    mkdirSync(world.path("dotfiles/claude"), { recursive: true });
    symlinkSync("dotfiles/claude", world.path(".claude"));
    world.write("dotfiles/claude/CLAUDE.md", "# rules\n");
    world.write("dotfiles/mcp.json", '{ "a": 1 }\n', 0o640);
    mkdirSync(world.path(".cursor"));
    symlinkSync("../dotfiles/mcp.json", world.path(".cursor/mcp.json"));
    initHome(world, ["claude-code", "cursor"]);
    plugin(world, "linked");
    world.write(".atk/skills/review/SKILL.md", "---\nname: review\ndescription: d\n---\nhello\n");
    world.write(".atk/nice.md", "be nice\n");
    ok(world, "add", "./src/linked", "--link", "--yes");
    const before = picture(world);
    const text = world.read(".atk/atk.yaml");
    world.write(".atk/atk.yaml", `${text}skills: [skills/review]\ninstructions: [nice.md]\n`);
    ok(world, "apply", "--yes");
    const after = picture(world);
    expect(after).toContain("dotfiles/claude/skills/review -> ");
    ok(world, "undo", "--yes");
    expect(picture(world)).toBe(before);
    ok(world, "plan", "--check");
    ok(world, "undo", "1", "--yes");
    expect(world.exists(".atk/plugins/linked")).toBe(false);
    ok(world, "undo", "4", "--yes");
    ok(world, "undo", "3", "--yes");
    expect(picture(world)).toBe(after);
    ok(world, "plan", "--check");
  });

  it("services go back to the state they were in, install commands are run the other way", () => {
    const world = createWorld();
    initHome(world, ["cursor"]);
    const log = world.path("installs.txt");
    plugin(
      world,
      "clock",
      `lifecycle: { install: "echo in >> ${log}", uninstall: "echo out >> ${log}" }\nservice: { type: process, command: sleep, args: ["600"] }\n`,
    );
    ok(world, "add", "./src/clock", "--yes");
    world.write(
      ".atk/atk.yaml",
      world.read(".atk/atk.yaml").replace("- name: clock\n", "- name: clock\n    service: running\n"),
    );
    ok(world, "apply", "--yes");
    expect(stateOf(world)).toBe("running");
    const shown = ok(world, "undo", "--yes");
    expect(shown).toContain("service clock: running -> stopped");
    expect(stateOf(world)).toBe("stopped");
    expect(world.read(".atk/atk.yaml")).not.toContain("service: running");
    ok(world, "undo", "--yes");
    expect(world.read("installs.txt")).toBe("in\nout\n");
    ok(world, "undo", "4", "--yes");
    ok(world, "undo", "3", "--yes");
    expect(world.read("installs.txt")).toBe("in\nout\nin\n");
    expect(stateOf(world)).toBe("running");
    ok(world, "remove", "clock", "--yes");
    ok(world, "undo", "--yes");
    expect(stateOf(world)).toBe("running");
    ok(world, "plan", "--check");
    ok(world, "remove", "clock", "--yes");
  });

  it("a skill that another plugin has too, which takes it over", () => {
    const world = createWorld();
    initHome(world, ["claude-code", "cursor"]);
    for (const name of ["one", "two"]) {
      plugin(world, name, "skills: [look]\n");
      world.write(`src/${name}/look/SKILL.md`, "---\nname: look\ndescription: d\n---\nhello\n");
      ok(world, "add", `./src/${name}`, "--yes");
    }
    const both = picture(world);
    ok(world, "undo", "1", "--yes");
    ok(world, "plan", "--check");
    ok(world, "verify");
    ok(world, "undo", "3", "--yes");
    expect(picture(world)).toBe(both);
    ok(world, "plan", "--check");
  });

  it("a project's entries, where nothing is committed", () => {
    const world = createWorld();
    plugin(world, "one");
    world.write("atk.yaml", 'schema_version: "2026-11-21"\nagents: [cursor]\nplugins: []\n');
    const before = world.picture({ without: NOT_MINE });
    ok(world, "add", "./src/one", "--yes");
    const after = world.picture({ without: NOT_MINE });
    ok(world, "undo", "--yes");
    expect(world.picture({ without: NOT_MINE })).toBe(before);
    ok(world, "undo", "2", "--yes");
    expect(world.picture({ without: NOT_MINE })).toBe(after);
  });

  it("what was written into the manifest by hand and applied, also right after a change of secrets", () => {
    const world = createWorld();
    initHome(world, ["cursor"], "mcp_servers: {}\n");
    expect(world.atkWith("some-value\n", "secret", "set", "TOKEN").code).toBe(0);
    const before = world.read(".atk/atk.yaml");
    world.write(".atk/atk.yaml", before.replace("mcp_servers: {}", "mcp_servers:\n  mine: { command: cat }"));
    ok(world, "apply", "--yes");
    ok(world, "undo", "--yes");
    expect(world.read(".atk/atk.yaml")).toBe(before);
    ok(world, "plan", "--check");
  });

  it("a change of secrets only with --secrets", () => {
    const world = createWorld();
    initHome(world, ["cursor"]);
    const set = (value: string) => world.atkWith(`${value}\n`, "secret", "set", "TOKEN");
    expect(set("first-value").code).toBe(0);
    expect(set("second-value").code).toBe(0);
    const refused = world.atk("undo", "--yes");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--secrets");
    ok(world, "undo", "--secrets", "--yes");
    expect(world.atk("secret", "get", "TOKEN").stdout).toBe("first-value");
    expect(world.atk("history", "--json").stdout).not.toContain("-value");
  });
});

function stateOf(world: World): string {
  const { entries } = JSON.parse(world.atk("status", "--json").stdout) as {
    entries: { name: string; service?: unknown }[];
  };
  return JSON.stringify(entries.find(({ name }) => name === "clock")?.service).includes("running")
    ? "running"
    : "stopped";
}
