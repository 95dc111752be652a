import { mkdirSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createWorld, initHome } from "./world.ts";

describe("edits of others", () => {
  it("lists a folder and a file that stand where atk had put a link", () => {
    const world = createWorld();
    initHome(world, ["claude-code"], "skills: [skills/look]\n");
    world.write(".atk/skills/look/SKILL.md", "---\nname: look\ndescription: d\n---\nlook\n");
    expect(world.atk("apply", "--yes").code).toBe(0);
    const place = ".claude/skills/look";
    rmSync(world.path(place));
    mkdirSync(world.path(place));
    const folder = world.atk("drift");
    expect(folder.stdout).toContain('+ target: "(a folder)"');
    expect(folder.code).toBe(10);
    rmSync(world.path(place), { recursive: true });
    world.write(place, "x");
    expect(world.atk("drift").stdout).toContain('+ target: "(no link)"');
    expect(world.atk("drift", "revert", "skill.look@claude-code", "--yes").code).toBe(0);
    expect(world.atk("drift").code).toBe(0);
  });

  it("leaves an ignored edit alone in whatever case the machine's name is written", () => {
    const world = createWorld();
    initHome(world, ["cursor"], "mcp_servers:\n  notes: { command: cat, args: [one] }\n");
    expect(world.atk("machine", "--name", "Laptop").code).toBe(0);
    expect(world.atk("apply", "--yes").code).toBe(0);
    expect(world.atk("history").stdout).toContain("on Laptop");
    world.write(".cursor/mcp.json", world.read(".cursor/mcp.json").replace("one", "two"));
    const words = ["mcp_server.notes@cursor", "--reason", "a trial", "--yes"];
    expect(world.atk("drift", "ignore", ...words).code).toBe(0);
    expect(world.atk("machine", "--name", "laptop").code).toBe(0);
    expect(world.atk("drift").code).toBe(0);
    expect(world.atk("drift", "ignore", ...words).code).toBe(0);
    expect(world.read(".atk/atk.yaml").match(/reason:/g)).toHaveLength(1);
  });

  it("are not denied where a file cannot be read", () => {
    const world = createWorld();
    initHome(world, ["cursor"], "mcp_servers:\n  notes: { command: cat, args: [one] }\n");
    expect(world.atk("apply", "--yes").code).toBe(0);
    world.write(".cursor/mcp.json", '{ "mcpServers": {');
    const { code, stdout } = world.atk("drift");
    expect(stdout).toContain("not looked at");
    expect(code).toBe(11);
    expect(JSON.parse(world.atk("drift", "--json").stdout)).toMatchObject({
      unread: [{ file: world.path(".cursor/mcp.json") }],
    });
  });
});
