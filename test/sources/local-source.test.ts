import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLocked, resolveSource, type Resolved } from "../../src/sources/resolve.ts";
import { parseStage } from "../../src/sources/executables.ts";
import type { TreeEntry } from "../../src/sources/tree.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

const resolve = (path: string, context = world.context): Promise<Resolved> =>
  resolveSource("demo", { type: "local", path }, context);
const pathsOf = (entries: readonly TreeEntry[]): readonly string[] => entries.map((entry) => entry.path);

describe("a local source", () => {
  it("is a folder with plugin.yaml; the lock names its files and its digest", async () => {
    world.write("manifest/mine/plugin.yaml", PLUGIN_YAML);
    world.write("manifest/mine/bin/run.sh", "#!/bin/sh\n", 0o755);
    const { locked, tree } = await resolve("./mine");
    expect(locked).toEqual({
      source: { type: "local", path: "./mine" },
      integrity: tree.integrity,
      files: ["bin/run.sh", "plugin.yaml"],
    });
  });

  it("may have plugin.yml instead", async () => {
    world.write("manifest/mine/plugin.yml", PLUGIN_YAML);
    expect((await resolve("mine")).locked.files).toEqual(["plugin.yml"]);
  });

  it("may be one YAML file, which becomes plugin.yaml", async () => {
    world.write("manifest/tool.yml", PLUGIN_YAML);
    const { locked, tree } = await resolve("tool.yml");
    expect(locked.files).toEqual(["plugin.yaml"]);
    expect(new TextDecoder().decode(await tree.read("plugin.yaml"))).toBe(PLUGIN_YAML);
  });

  it("may be a tool's repository that has its plugin in .atk/", async () => {
    world.write("manifest/tool/src/huge.c", "x");
    world.write("manifest/tool/.atk/plugin.yaml", PLUGIN_YAML);
    expect((await resolve("tool")).locked.files).toEqual(["plugin.yaml"]);
  });

  it("may be in the user's home, as ~/", async () => {
    world.write("home/tools/mine/plugin.yaml", PLUGIN_YAML);
    expect((await resolve("~/tools/mine")).locked.source).toEqual({ type: "local", path: "~/tools/mine" });
  });

  it("may be a link to the folder", async () => {
    world.write("elsewhere/plugin.yaml", PLUGIN_YAML);
    world.link(world.path("elsewhere"), "manifest/mine");
    expect((await resolve("mine")).locked.files).toEqual(["plugin.yaml"]);
  });

  it.each([
    ["missing", /does not exist/],
    ["empty", /there is no plugin.yaml/],
    ["notes.txt", /must end in .yaml or .yml/],
  ])("is refused when it is %s", async (path, reason) => {
    world.write("manifest/empty/README.md", "x");
    world.write("manifest/notes.txt", "x");
    await expect(resolve(path)).rejects.toMatchObject({
      code: "E_PLUGIN_INVALID",
      exitCode: 5,
      message: expect.stringMatching(reason),
    });
  });

  it("is refused when it is an archive, with the address that it can be added by", async () => {
    world.write("manifest/tool.mcpb", "x");
    await expect(resolve("tool.mcpb")).rejects.toMatchObject({
      code: "E_PLUGIN_INVALID",
      hint: expect.stringMatching(/^atk add file:\/\/\/.*\/tool\.mcpb /),
    });
  });

  it("writes nothing, not even to the cache", async () => {
    world.write("manifest/mine/plugin.yaml", PLUGIN_YAML);
    const before = world.list(world.root);
    await resolve("mine");
    expect(world.list(world.root)).toEqual(before);
  });
});

describe("a locked local plugin", () => {
  it("is opened from its files alone: what else came to lie in the folder is data", async () => {
    world.write("manifest/mine/plugin.yaml", PLUGIN_YAML);
    const { locked } = await resolve("mine");
    world.write("manifest/mine/data/db.sqlite", "grown while it ran");
    const tree = await openLocked("demo", locked, world.context);
    expect(pathsOf(tree.entries)).toEqual(["plugin.yaml"]);
  });

  it("is refused with both digests when a file of it was edited", async () => {
    world.write("manifest/mine/plugin.yaml", PLUGIN_YAML);
    const { locked } = await resolve("mine");
    world.write("manifest/mine/plugin.yaml", `${PLUGIN_YAML}tags: [edited]\n`);
    const found = (await resolve("mine")).tree.integrity;
    await expect(openLocked("demo", locked, world.context)).rejects.toMatchObject({
      code: "E_INTEGRITY",
      exitCode: 13,
      message: expect.stringContaining(`expected ${locked.integrity}, found ${found}`),
      hint: expect.stringContaining("atk lock demo"),
    });
  });

  it("is refused when a file of it is gone or lost its x bit", async () => {
    world.write("manifest/mine/plugin.yaml", PLUGIN_YAML);
    world.write("manifest/mine/run.sh", "x", 0o755);
    const { locked } = await resolve("mine");
    world.write("manifest/mine/run.sh", "x", 0o644);
    await expect(openLocked("demo", locked, world.context)).rejects.toMatchObject({ code: "E_INTEGRITY" });
  });
});

describe("where the file system has no x bits", () => {
  it("git's index says what is executable, and the digest is the same", async () => {
    world.write("manifest/mine/plugin.yaml", PLUGIN_YAML);
    world.write("manifest/mine/run.sh", "x", 0o755);
    world.git("manifest", "init", "--quiet");
    world.git("manifest", "add", "mine");
    const { tree } = await resolve("mine");
    world.write("manifest/mine/run.sh", "x", 0o644);
    const { host } = world.context;
    const windows = {
      ...world.context,
      host: { ...host, machine: { ...host.machine, platform: "windows" as const } },
    };
    expect((await resolve("mine", windows)).tree.integrity).toBe(tree.integrity);
  });

  it("nothing is executable in a folder outside of git", async () => {
    world.write("manifest/mine/plugin.yaml", PLUGIN_YAML, 0o755);
    const { host } = world.context;
    const windows = {
      ...world.context,
      host: { ...host, machine: { ...host.machine, platform: "windows" as const } },
    };
    expect((await resolve("mine", windows)).tree.entries).toMatchObject([{ path: "plugin.yaml", executable: false }]);
  });

  it("names with spaces, tabs and quotes are read from git's listing as they are", () => {
    const listing = ['100755 aaaa 0\ta b\tc"d.sh', "100644 bbbb 0\tplain", ""].join("\u0000");
    expect([...parseStage(listing)]).toEqual(['a b\tc"d.sh']);
  });
});
