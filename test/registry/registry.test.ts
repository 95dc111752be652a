import { cpSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildIndex, indexText, pluginNames } from "../../src/sources/build-index.ts";
import type { RegistryIndex } from "../../src/sources/registry-index.ts";
import { openLocked, resolveSource } from "../../src/sources/resolve.ts";
import { validateRegistry } from "../../src/sources/validate-registry.ts";
import { createWorld, ROOT, type World } from "../sources/world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

const SHIPPED = `${ROOT}registry`;

/** Two plugins of the shipped registry and their index, which may be spoiled. */
function copy(): string {
  const kept = ["context7", "memory"];
  for (const name of kept) cpSync(`${SHIPPED}/plugins/${name}`, world.path("registry", "plugins", name), { recursive: true });
  const index = JSON.parse(readFileSync(`${SHIPPED}/index.json`, "utf8")) as RegistryIndex;
  const plugins = index.plugins.filter(({ name }) => kept.includes(name));
  world.write("registry/index.json", indexText({ ...index, plugins }));
  return world.path("registry");
}

async function writeIndex(directory: string): Promise<void> {
  world.write("registry/index.json", indexText(await buildIndex(directory, world.host.files)));
}

const messages = async (directory: string): Promise<readonly string[]> =>
  (await validateRegistry(directory, world.host.files)).map((problem) => problem.message);

describe("the registry that ships with atk", () => {
  it("has nothing wrong with it", async () =>
    expect(await validateRegistry(SHIPPED, world.host.files)).toEqual([]));

  it("has the plugins a newcomer can use without an account, at least eight", async () => {
    const names = await pluginNames(SHIPPED, world.host.files);
    expect(names).toEqual(
      expect.arrayContaining([
        "everything",
        "filesystem",
        "memory",
        "sequential-thinking",
        "playwright",
        "chrome-devtools",
        "context7",
      ]),
    );
    expect(names.length).toBeGreaterThanOrEqual(8);
  });

  it("has an index that is written again with the same bytes", async () => {
    const bytes = await world.host.files.read(`${SHIPPED}/index.json`);
    expect(indexText(await buildIndex(SHIPPED, world.host.files))).toBe(new TextDecoder().decode(bytes));
  });
});

describe("a plugin of the registry", () => {
  it("is resolved without the network and without starting anything", async () => {
    const programs = {
      find: async () => undefined,
      run: () => Promise.reject(new Error("a program was started")),
    };
    const context = { ...world.context, offline: true, temporary: true, host: { ...world.host, programs } };
    const { locked, tree } = await resolveSource("memory", { type: "registry" }, context);
    const { integrity } = tree;
    expect(locked).toEqual({ source: { type: "registry" }, version: "1.0.0", maturity: "verified", integrity });
    expect(tree.entries.map((entry) => entry.path)).toEqual(["README.md", "SKILL.md", "plugin.yaml"]);
  });

  it("that is misspelt gets a proposal", async () => {
    await expect(resolveSource("filesytem", { type: "registry" }, world.context)).rejects.toMatchObject({
      code: "E_PLUGIN_NOT_FOUND",
      exitCode: 4,
      hint: "did you mean `filesystem`?",
    });
  });

  it("asked for in another version says which there is", async () => {
    await expect(
      resolveSource("memory", { type: "registry", version: "9.9.9" }, world.context),
    ).rejects.toMatchObject({
      code: "E_SOURCE",
      message: "memory: version 9.9.9 is asked for, the registry of this atk has 1.0.0",
    });
  });

  it("that was changed behind the index is refused", async () => {
    const registryDirectory = copy();
    world.write("registry/plugins/memory/SKILL.md", "other");
    await expect(
      resolveSource("memory", { type: "registry" }, { ...world.context, registryDirectory }),
    ).rejects.toMatchObject({ code: "E_INTEGRITY" });
  });

  it("stays usable on this machine when a newer atk brings another version", async () => {
    const { locked } = await resolveSource("memory", { type: "registry" }, world.context);
    const registryDirectory = copy();
    world.write("registry/plugins/memory/README.md", "newer");
    await writeIndex(registryDirectory);
    const tree = await openLocked("memory", locked, { ...world.context, registryDirectory });
    expect(tree.integrity).toBe(locked.integrity);
  });

  it("that a newer atk brings in another version is refused on a machine that never had the old one", async () => {
    const { locked } = await resolveSource(
      "memory",
      { type: "registry" },
      { ...world.context, temporary: true },
    );
    const registryDirectory = copy();
    world.write("registry/plugins/memory/README.md", "newer");
    await writeIndex(registryDirectory);
    await expect(openLocked("memory", locked, { ...world.context, registryDirectory })).rejects.toMatchObject(
      {
        code: "E_INTEGRITY",
        hint: expect.stringContaining("atk lock memory"),
      },
    );
  });
});

describe("validation of a registry names", () => {
  const spoil = async (path: string, change: (text: string) => string): Promise<readonly string[]> => {
    const directory = copy();
    const before = new TextDecoder().decode(await world.host.files.read(`${directory}/${path}`));
    world.write(`registry/${path}`, change(before));
    expect(change(before)).not.toBe(before);
    await writeIndex(directory).catch(() => {});
    return messages(directory);
  };

  it.each([
    ["latest", /npx @modelcontextprotocol\/server-memory@latest names no exact version/],
    ["^2026.8.31", /names no exact version/],
    ["2026", /names no exact version/],
  ])("the version %s, which is not exact", async (version, message) => {
    const found = await spoil("plugins/memory/plugin.yaml", (text) => text.replace("2026.8.31", version));
    expect(found).toEqual([expect.stringMatching(message)]);
  });

  it("a package without a version", async () => {
    const found = await spoil("plugins/memory/plugin.yaml", (text) => text.replace("@2026.8.31", ""));
    expect(found).toEqual(["memory: npx @modelcontextprotocol/server-memory names no exact version"]);
  });

  it("an unknown key, with its line", async () => {
    const directory = copy();
    world.write(
      "registry/plugins/memory/plugin.yaml",
      'schema_version: "2026-11-21"\nname: memory\ndescription: x\ncolour: red\n',
    );
    const problems = await validateRegistry(directory, world.host.files);
    expect(problems).toContainEqual(expect.objectContaining({ at: expect.objectContaining({ line: 4 }) }));
  });

  it("a missing README.md, SKILL.md and version", async () => {
    const directory = copy();
    await world.host.files.unlink(`${directory}/plugins/memory/README.md`);
    await world.host.files.unlink(`${directory}/plugins/memory/SKILL.md`);
    world.write(
      "registry/plugins/memory/plugin.yaml",
      'schema_version: "2026-11-21"\nname: memory\ndescription: x\n',
    );
    expect(await messages(directory)).toEqual(
      expect.arrayContaining(["memory has no version", "memory has no README.md", "memory has no SKILL.md"]),
    );
  });

  it.each([
    [
      "a skill with another name than its folder",
      (text: string) => text.replace("name: memory", "name: notes"),
      /name is "notes", but its folder is called "memory"/,
    ],
    [
      "a skill without a description",
      (text: string) => text.replace(/description: .*/, "description:"),
      /description must say/,
    ],
    [
      "a description that is too long",
      (text: string) => text.replace(/description: .*/, `description: ${"x".repeat(1025)}`),
      /has 1025 characters/,
    ],
    [
      "a skill without front matter",
      (text: string) => text.replace(/^---/, ""),
      /does not begin with front matter/,
    ],
    [
      "a skill whose front matter is not YAML",
      (text: string) => text.replace("name: memory", "name: [memory"),
      /not a map of YAML/,
    ],
    [
      "a skill that says nothing",
      (text: string) => text.replace(/\n---\n[\s\S]*$/, "\n---\n"),
      /nothing after the front matter/,
    ],
  ])("%s", async (_what, change, message) => {
    expect(await spoil("plugins/memory/SKILL.md", change)).toEqual([expect.stringMatching(message)]);
  });

  it("an index that is out of date, and the command that renews it", async () => {
    const directory = copy();
    world.write("registry/plugins/memory/README.md", "changed");
    expect(await validateRegistry(directory, world.host.files)).toMatchObject([
      {
        message: "the index is out of date for memory",
        hint: "atk registry index",
        at: { file: `${directory}/index.json` },
      },
    ]);
  });

  it("an index that lists what is not there", async () => {
    const directory = copy();
    await world.host.files.rename(`${directory}/plugins/memory`, world.path("gone"));
    expect(await messages(directory)).toEqual(["the index is out of date for memory"]);
  });

  it("a hostile plugin, and goes on with the others", async () => {
    const directory = copy();
    world.link("/etc/passwd", "registry/plugins/memory/notes");
    world.write("registry/plugins/context7/README.md", "changed");
    const found = await messages(directory);
    expect(found).toContainEqual(expect.stringMatching(/refused "notes"/));
    expect(found).toContain("the index is out of date for context7");
  });

  it("a folder that is no registry", async () => {
    await expect(validateRegistry(world.home, world.host.files)).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining("is not a registry"),
    });
  });
});

describe("the plugin template", () => {
  it("passes validation as it is", async () => {
    const directory = world.path("registry");
    cpSync(`${ROOT}templates/plugin`, world.path("registry/plugins/my-plugin"), { recursive: true });
    await writeIndex(directory);
    expect(await validateRegistry(directory, world.host.files)).toEqual([]);
  });
});
