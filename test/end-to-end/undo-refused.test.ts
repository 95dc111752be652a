import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { createWorld, initHome, plugin, type World } from "./world.ts";

const AGENTS = ["claude-code", "cursor"];

function withTwo(): World {
  const world = createWorld();
  initHome(world, AGENTS);
  for (const name of ["one", "two"]) {
    plugin(world, name);
    expect(world.atk("add", `./src/${name}`, "--yes").code).toBe(0);
  }
  return world;
}

function changeEntry(world: World): void {
  const text = world.read(".cursor/mcp.json");
  world.write(".cursor/mcp.json", text.replace('"node"', '"bun"'));
}

describe("undo of what was changed since", () => {
  it("is refused with exit 11, names the entry and the file, and changes nothing", () => {
    const world = withTwo();
    expect(world.atk("undo", "--yes").code).toBe(0);
    changeEntry(world);
    const before = world.picture({ without: /^\.cache/ });
    const undone = world.atk("undo", "--yes");
    expect(undone.code).toBe(11);
    expect(undone.stderr).toContain("mcp_server.one@cursor was changed since");
    expect(undone.stderr).toContain(world.path(".cursor/mcp.json"));
    expect(undone.stderr).toContain("--keep-theirs");
    expect(world.picture({ without: /^\.cache/ })).toBe(before);
  });

  it("leaves just that with --keep-theirs, says so, and can be redone", () => {
    const world = withTwo();
    world.atk("undo", "--yes");
    changeEntry(world);
    const undone = world.atk("undo", "--yes", "--keep-theirs");
    expect(undone.code, undone.stderr).toBe(0);
    expect(undone.stderr).toContain("left as it is: mcp_server.one@cursor was changed since");
    expect(world.read(".cursor/mcp.json")).toContain('"bun"');
    expect(world.exists(".claude.json")).toBe(false);
    expect(world.exists(".atk/plugins/one/plugin.yaml")).toBe(false);
    expect(world.read(".atk/atk.yaml")).not.toContain("name: one");
  });

  it("is refused to the second of two that undo the same run at once", async () => {
    const world = withTwo();
    const codes = await Promise.all(
      [1, 2].map(async () => {
        const child = world.start("undo", "2", "--yes");
        const [code] = (await once(child, "exit")) as [number];
        return code;
      }),
    );
    expect(codes.toSorted()).toEqual([0, 2]);
    const { entries } = JSON.parse(world.atk("history", "--json").stdout) as { entries: { undoes?: number }[] };
    expect(entries.filter(({ undoes }) => undoes === 2)).toHaveLength(1);
  });

  it("is refused when a file of a plugin was edited, and when a value in .env was", () => {
    const world = createWorld();
    initHome(world, AGENTS);
    plugin(world, "one");
    world.atk("add", "./src/one", "--yes");
    world.write(".atk/plugins/one/server.js", "// mine\n");
    const undone = world.atk("undo", "--yes");
    expect(undone.code).toBe(11);
    expect(undone.stderr).toContain("plugin.one was changed since");
  });

  it("is refused when a person changed the entry in the manifest", () => {
    const world = withTwo();
    const text = world.read(".atk/atk.yaml");
    world.write(".atk/atk.yaml", text.replace("  - name: two\n", "  - name: two\n    agents: [cursor]\n"));
    const undone = world.atk("undo", "--yes");
    expect(undone.code).toBe(11);
    expect(undone.stderr).toContain("plugins/two was changed in the manifest since");
  });
});

describe("undo of a run that is not the newest", () => {
  it("works when nothing later touched the same: other entries, comments and layout stay", () => {
    const world = withTwo();
    world.write(".atk/atk.yaml", `# mine\n${world.read(".atk/atk.yaml")}`);
    const undone = world.atk("undo", "1", "--yes");
    expect(undone.code, undone.stderr).toBe(0);
    expect(world.read(".atk/atk.yaml")).toMatch(/^# mine\n/);
    expect(world.read(".atk/atk.yaml")).not.toContain("name: one");
    expect(world.read(".cursor/mcp.json")).toContain('"two"');
    expect(world.read(".cursor/mcp.json")).not.toContain('"one"');
    expect(world.exists(".atk/plugins/one")).toBe(false);
    expect(world.atk("plan", "--check").code).toBe(0);
    expect(world.git("status", "--porcelain")).toBe("");
    expect(world.atk("undo", "--yes").code).toBe(0);
    expect(world.exists(".cursor/mcp.json")).toBe(false);
  });

  it("is refused when a later run touched the same, and names that run", () => {
    const world = withTwo();
    expect(world.atk("unplug", "one", "--agent", "cursor", "--yes").code).toBe(0);
    const undone = world.atk("undo", "1", "--yes");
    expect(undone.code).toBe(11);
    expect(undone.stderr).toContain("run 3, ");
    expect(undone.stderr).toContain("atk undo 3");
    expect(world.atk("undo", "3", "--yes").code).toBe(0);
    expect(world.atk("undo", "1", "--yes").code).toBe(0);
    expect(world.read(".cursor/mcp.json")).not.toContain('"one"');
  });

  it("is refused when it was undone already, and tells how to have it again", () => {
    const world = withTwo();
    world.atk("undo", "2", "--yes");
    const undone = world.atk("undo", "2", "--yes");
    expect(undone.code).toBe(2);
    expect(undone.stderr).toContain("atk undo 3");
  });
});

describe("what the clients write meanwhile", () => {
  it("stays: other keys of the file, keys that a client put into the entry, another layout", () => {
    const world = withTwo();
    const data = JSON.parse(world.read(".cursor/mcp.json")) as { mcpServers: Record<string, Record<string, unknown>> };
    const two = data.mcpServers["two"] ?? {};
    const changed = { theme: "dark", mcpServers: { ...data.mcpServers, two: { ...two, lastUsed: 7 } } };
    world.write(".cursor/mcp.json", JSON.stringify(changed));
    expect(world.atk("disable", "two", "--yes").code).toBe(0);
    world.write(".cursor/mcp.json", world.read(".cursor/mcp.json").replace('"dark"', '"light"'));
    const undone = world.atk("undo", "--yes");
    expect(undone.code, undone.stderr).toBe(0);
    const after = JSON.parse(world.read(".cursor/mcp.json")) as typeof changed;
    expect(after.theme).toBe("light");
    expect(after.mcpServers["two"]).toMatchObject({ lastUsed: 7, command: "node" });
    expect(world.atk("plan", "--check").code).toBe(0);
  });
});

describe("undo of overwriting", () => {
  it("brings back a person's own entry that was taken over", () => {
    const world = createWorld();
    const own = '{\n\t"mcpServers": {\n\t\t"one": { "command": "mine", "note": "x" }\n\t}\n}\n';
    world.write(".cursor/mcp.json", own, 0o640);
    initHome(world, ["cursor"]);
    plugin(world, "one");
    expect(world.atk("add", "./src/one", "--yes", "--take-over").code).toBe(0);
    expect(world.read(".cursor/mcp.json")).not.toContain('"mine"');
    const undone = world.atk("undo", "--yes");
    expect(undone.code, undone.stderr).toBe(0);
    expect(world.read(".cursor/mcp.json")).toBe(own);
  });

  it("brings back an edit by hand that was overwritten", () => {
    const world = withTwo();
    changeEntry(world);
    const edited = world.read(".cursor/mcp.json");
    expect(world.atk("apply", "--yes", "--on-drift", "overwrite").code).toBe(0);
    expect(world.read(".cursor/mcp.json")).not.toBe(edited);
    expect(world.atk("undo", "--yes").code).toBe(0);
    expect(world.read(".cursor/mcp.json")).toBe(edited);
  });

  it("brings back values of a plugin in .env, and shows none of them", () => {
    const world = createWorld();
    initHome(world, ["cursor"]);
    plugin(world, "one", "env_vars:\n  - { name: TOKEN, required: false, secret: true, description: a token }\n");
    world.atk("add", "./src/one", "--yes");
    const set = (value: string) => world.atkWith(`TOKEN=${value}\n`, "setup", "one", "--from-stdin", "--yes");
    const first = set("first-value-abc");
    expect(first.code, first.stderr).toBe(0);
    const before = world.read(".atk/plugins/one/.env");
    expect(set("second-value-def").code).toBe(0);
    const undone = world.atk("undo", "--yes");
    expect(undone.code, undone.stderr).toBe(0);
    expect(undone.stdout + undone.stderr).not.toContain("-value-");
    expect(world.read(".atk/plugins/one/.env")).toBe(before);
    const history = world.atk("history", "--json").stdout + world.read(".local/state/atk/homes/" + homeOf(world));
    expect(history).not.toContain("-value-");
  });
});

function homeOf(world: World): string {
  const [log = ""] = world.filesWith('"stream":"apply"');
  return log.replace(/^\.local\/state\/atk\/homes\//, "");
}
