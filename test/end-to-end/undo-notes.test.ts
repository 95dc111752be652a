import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const NOT_MINE = /^\.(local|cache|npm|gitconfig)|^\.atk\/\.git(\/|$)/;
const picture = (world: World): string => world.picture({ without: NOT_MINE });

function ok(world: World, ...words: readonly string[]): string {
  const { code, stdout, stderr } = world.atk(...words);
  expect(code, stdout + stderr).toBe(0);
  return stdout + stderr;
}

describe("undo and rollback of a run that only took note of what was there", () => {
  it("leaves what was imported where it stood before the import, and takes it over again", () => {
    const world = createWorld();
    world.write(".cursor/mcp.json", '{\r\n\t"mcpServers": { "mine": {"command":"cat"} }\r\n}');
    world.write(".codex/config.toml", '# mine\n[mcp_servers.mine] # hi\ncommand = "cat"\n');
    initHome(world, ["cursor", "codex"]);
    const before = picture(world);
    ok(world, "import", "--yes");
    const after = picture(world);
    expect(ok(world, "undo", "--dry-run")).toContain("0 to delete, 2 to let go");
    ok(world, "undo", "--yes");
    expect(picture(world)).toBe(before);
    ok(world, "plan", "--check");
    ok(world, "undo", "2", "--yes");
    expect(picture(world)).toBe(after);
    ok(world, "plan", "--check");
    ok(world, "remove", "mine", "--yes");
    expect(world.read(".cursor/mcp.json")).not.toContain("mine");
  });

  it("leaves an edit that was promoted as somebody's edit, to be answered again", () => {
    const world = createWorld();
    initHome(world, ["cursor", "codex"], "mcp_servers:\n  notes: { command: cat, args: [one] }\n");
    ok(world, "apply", "--yes");
    for (const file of [".cursor/mcp.json", ".codex/config.toml"])
      world.write(file, world.read(file).replace("one", "two"));
    const before = picture(world);
    ok(world, "drift", "promote", "mcp_server.notes@cursor", "--yes");
    const after = picture(world);
    ok(world, "undo", "--yes");
    expect(picture(world)).toBe(before);
    expect(world.atk("drift").code).toBe(10);
    ok(world, "undo", "3", "--yes");
    expect(picture(world)).toBe(after);
    expect(world.atk("drift").code).toBe(0);
    ok(world, "plan", "--check");
  });

  it("knows an edit that it has put back, so that the undo can be undone", () => {
    const world = createWorld();
    initHome(world, ["cursor"], "mcp_servers:\n  notes: { command: cat, args: [one] }\n");
    ok(world, "apply", "--yes");
    const after = picture(world);
    world.write(".cursor/mcp.json", world.read(".cursor/mcp.json").replace("one", "two"));
    const before = picture(world);
    ok(world, "drift", "revert", "mcp_server.notes@cursor", "--yes");
    ok(world, "undo", "--yes");
    expect(picture(world)).toBe(before);
    ok(world, "undo", "3", "--yes");
    expect(picture(world)).toBe(after);
    ok(world, "plan", "--check");
  });

  it("knows an edit that was kept when its entry went as an edit again", () => {
    const world = createWorld();
    initHome(world, ["cursor"], "mcp_servers:\n  notes: { command: cat, args: [one] }\n");
    ok(world, "apply", "--yes");
    world.write(".cursor/mcp.json", world.read(".cursor/mcp.json").replace("one", "two"));
    const before = picture(world);
    ok(world, "remove", "notes", "--on-drift", "keep", "--yes");
    ok(world, "undo", "--yes");
    expect(picture(world)).toBe(before);
    const { edits } = JSON.parse(world.atk("drift", "--json").stdout) as { edits: { kind: string }[] };
    expect(edits.map(({ kind }) => kind)).toEqual(["changed"]);
  });

  it("is not made by a rollback that has nothing to do", () => {
    const world = createWorld();
    initHome(world, ["cursor"], "mcp_servers:\n  notes: { command: cat }\n");
    ok(world, "apply", "--yes");
    expect(ok(world, "rollback", "HEAD", "--yes")).toContain("No changes.");
    expect(world.atk("history").stdout).not.toContain("Roll back");
  });

  it("leaves no lock where there was none", () => {
    const world = createWorld();
    plugin(world, "one");
    initHome(world, ["cursor"]);
    const { code } = world.atk("rollback", "HEAD", "--yes");
    expect(code).toBe(0);
    const before = picture(world);
    ok(world, "add", "./src/one", "--yes");
    ok(world, "rollback", "HEAD~1", "--yes");
    expect(picture(world)).toBe(before);
    ok(world, "plan", "--check");
  });

  it("knows a new entry that was promoted as new again, and what an ignored edit was", () => {
    const world = createWorld();
    initHome(world, ["cursor"], "mcp_servers:\n  notes: { command: cat, args: [one] }\n");
    ok(world, "apply", "--yes");
    const ids = (): readonly string[] =>
      (JSON.parse(world.atk("drift", "--json").stdout) as { edits: { id: string; standing: string }[] }).edits.map(
        ({ id, standing }) => `${id} ${standing}`,
      );
    world.write(
      ".cursor/mcp.json",
      world.read(".cursor/mcp.json").replace('"notes"', '"toy": { "command": "cat" },\n    "notes"'),
    );
    ok(world, "drift", "promote", "mcp_server.toy@cursor", "--yes");
    expect(ids()).toEqual([]);
    ok(world, "undo", "--yes");
    expect(ids()).toEqual(["mcp_server.toy@cursor open"]);
    const edit = (from: string, to: string): void =>
      world.write(".cursor/mcp.json", world.read(".cursor/mcp.json").replace(from, to));
    edit("one", "two");
    ok(world, "drift", "ignore", "mcp_server.notes@cursor", "--reason", "r", "--yes");
    ok(world, "drift", "revert", "mcp_server.notes@cursor", "--yes");
    ok(world, "undo", "--yes");
    expect(ids()).toContain("mcp_server.notes@cursor ignored");
    edit("two", "three");
    expect(ids()).toContain("mcp_server.notes@cursor changed-again");
  });
});
