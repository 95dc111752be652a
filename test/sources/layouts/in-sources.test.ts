import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pathToFileURL } from "node:url";
import { openLocked, resolveSource } from "../../../src/sources/resolve.ts";
import { createWorld, type World } from "../world.ts";
import { skill } from "./trees.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

const MANIFEST = ".claude-plugin/plugin.json";
const MARKET = ".claude-plugin/marketplace.json";

describe("a folder in a foreign layout", () => {
  const local = { type: "local", path: "mine" } as const;

  it("is read as a plugin; the lock names the files that were made too, and nothing is written into the folder", async () => {
    world.write(`manifest/mine/${MANIFEST}`, '{"name": "mine"}');
    world.write("manifest/mine/commands/go.md", "Go.\n");
    const { locked } = await resolveSource("demo", local, world.context);
    expect(locked.files).toEqual([MANIFEST, "commands/go.md", "plugin.yaml", "skills/go/SKILL.md"]);
    expect(world.list(world.path("manifest/mine"))).toHaveLength(2);
  });

  it("is opened again with the digest that was locked, also when files came to it that no one asked for", async () => {
    world.write(`manifest/mine/${MARKET}`, '{"plugins": [{"name": "one", "source": "./one"}]}');
    world.write("manifest/mine/one/SKILL.md", skill("one"));
    const { locked } = await resolveSource("demo", local, world.context);
    world.write("manifest/mine/one/later.md", "x");
    expect((await openLocked("demo", locked, world.context)).integrity).toBe(locked.integrity);
  });

  it("is looked for in three levels only, so that a big folder is refused before it is walked", async () => {
    world.write("manifest/mine/a/b/c/SKILL.md", skill("c"));
    await expect(resolveSource("demo", local, world.context)).rejects.toMatchObject({
      code: "E_PLUGIN_INVALID",
      hint: "name the folder that holds plugin.yaml",
    });
  });

  it("with a mistake in it names the file on this machine", async () => {
    const file = world.write(`manifest/mine/${MANIFEST}`, '{"name": 1}');
    await expect(resolveSource("demo", local, world.context)).rejects.toMatchObject({
      at: { file, line: 1, column: 10 },
    });
  });
});

describe("a repository in a foreign layout", () => {
  it("is read as a plugin at its commit, fetched again with the same digest, and called like the repository", async () => {
    world.write("repo.git/skills/review/SKILL.md", skill("review"));
    world.git("repo.git", "init", "--quiet", "--initial-branch=main");
    world.git("repo.git", "add", "--all");
    world.git("repo.git", "commit", "--quiet", "--message=one");
    const source = { type: "git", url: pathToFileURL(world.path("repo.git")).href } as const;
    const { locked, tree } = await resolveSource("demo", source, { ...world.context, temporary: true });
    expect(new TextDecoder().decode(await tree.read("plugin.yaml"))).toContain('name: "repo"\n');
    expect((await openLocked("demo", locked, world.context)).integrity).toBe(locked.integrity);
    expect((await openLocked("demo", locked, { ...world.context, offline: true })).integrity).toBe(locked.integrity);
  });

  it("that is in no layout says so as before", async () => {
    world.write("repo/README.md", "x");
    world.git("repo", "init", "--quiet", "--initial-branch=main");
    world.git("repo", "add", "--all");
    world.git("repo", "commit", "--quiet", "--message=one");
    const source = { type: "git", url: pathToFileURL(world.path("repo")).href } as const;
    await expect(resolveSource("demo", source, world.context)).rejects.toMatchObject({ code: "E_PLUGIN_INVALID" });
  });
});
