import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { treeFromEntries, type MemoryEntry } from "../../src/sources/memory-tree.ts";
import { readTree } from "../../src/sources/read-tree.ts";
import type { Tree } from "../../src/sources/tree.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
  world.write("plugin/plugin.yaml", PLUGIN_YAML);
});
afterEach(() => world.remove());

const read = (): Promise<Tree> => readTree(world.path("plugin"), world.host.files);
const paths = async (): Promise<readonly string[]> => (await read()).entries.map((entry) => entry.path);

async function refusal(work: Promise<Tree>): Promise<AtkError> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AtkError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(error.code).toBe("E_HOSTILE");
  expect(error.exitCode).toBe(5);
  return error;
}

describe("a plugin's folder is refused, with the path and the reason, when it has", () => {
  it("a link to an absolute path", async () => {
    world.write("secret", "s3cret");
    world.link(world.path("secret"), "plugin/notes");
    const error = await refusal(read());
    expect(error.message).toMatch(/"notes": the link points to the absolute path/);
    expect(error.at?.file).toBe(world.path("plugin/notes"));
    expect(error.message).not.toContain("s3cret");
  });

  it("a link that climbs out", async () => {
    world.write("secret", "s");
    world.link("../secret", "plugin/notes");
    expect((await refusal(read())).message).toMatch(/"notes": the link points out of the plugin/);
  });

  it("a link that climbs out through another link", async () => {
    world.write("plugin/a/b/file", "x");
    world.link("a/b", "plugin/deep");
    world.link("deep/../../../secret", "plugin/notes");
    expect((await refusal(read())).message).toMatch(/"notes": the link points out/);
  });

  it("a dangling link", async () => {
    world.link("nowhere", "plugin/notes");
    expect((await refusal(read())).message).toMatch(/"notes": the link points to "nowhere", which is not part/);
  });

  it("a link to the user's own data", async () => {
    world.write("plugin/.env", "TOKEN=x");
    world.link(".env", "plugin/settings");
    expect((await refusal(read())).message).toMatch(/"settings".*not part of the plugin/);
  });

  it("links that lead in a ring", async () => {
    world.link("two", "plugin/one");
    world.link("one", "plugin/two");
    expect((await refusal(read())).message).toMatch(/"one": the link to "two" leads in a ring/);
  });

  it("a link to a folder it lies in", async () => {
    world.write("plugin/docs/a.md", "x");
    world.link("..", "plugin/docs/up");
    expect((await refusal(read())).message).toMatch(/"docs\/up": the link to ".." leads to a folder it lies in/);
  });

  it("a named pipe", async () => {
    execFileSync("mkfifo", [world.path("plugin/pipe")]);
    expect((await refusal(read())).message).toMatch(/"pipe": it is a device, a pipe or a socket/);
  });

  it("a socket", async () => {
    const server = createServer();
    await new Promise<void>((done) => void server.listen(world.path("plugin/s"), done));
    try {
      expect((await refusal(read())).message).toMatch(/"s": it is a device, a pipe or a socket/);
    } finally {
      await new Promise((done) => void server.close(done));
    }
  });

  it("a git repository inside", async () => {
    world.write("plugin/vendor/tool/.git/HEAD", "ref: refs/heads/main\n");
    const error = await refusal(read());
    expect(error.message).toMatch(/"vendor\/tool\/.git": a git repository inside a plugin/);
    expect(error.hint).toMatch(/plugin of its own/);
  });

  it("a gitlink file inside", async () => {
    world.write("plugin/vendor/tool/.git", "gitdir: ../../.git/modules/tool\n");
    expect((await refusal(read())).message).toMatch(/"vendor\/tool\/.git"/);
  });

  it("a name with a control character, shown without it", async () => {
    world.write("plugin/a\u001B[2Jb", "x");
    expect((await refusal(read())).message).toMatch(/"a\\u001b\[2Jb": the name contains a control character/);
  });

  it("a name that turns the text around, shown escaped", async () => {
    world.write("plugin/\u202Egpj.sh", "x");
    expect((await refusal(read())).message).toMatch(/"\\u202egpj.sh": the name contains invisible or text-reversing/);
  });

  it("a name that is not UTF-8", async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${world.path("plugin")}/a`), Buffer.from([0xff, 0xfe])]), "x");
    expect((await refusal(read())).message).toMatch(/the name is not UTF-8/);
  });

  it.each(["a:b", "what?", "back\\slash", "trailing.", "trailing ", "NUL", "com1.txt"])(
    "the name %j, which Windows cannot hold",
    async (name) => {
      world.write(`plugin/${name}`, "x");
      expect((await refusal(read())).message).toMatch(/Windows/);
    },
  );

  it("two names that differ only in letter case", async () => {
    world.write("plugin/Readme.md", "x");
    world.write("plugin/README.md", "y");
    expect((await refusal(read())).message).toMatch(
      /"(Readme|README).md": it is the same as "(Readme|README).md" where letter case/,
    );
  });

  it("two folders that differ only in letter case", async () => {
    world.write("plugin/Docs/a.md", "x");
    world.write("plugin/docs/b.md", "y");
    expect((await refusal(read())).message).toMatch(/"(D|d)ocs"/);
  });

  it("two spellings of one accented name", async () => {
    world.write("plugin/caf\u00e9", "x");
    world.write("plugin/cafe\u0301", "y");
    expect((await refusal(read())).message).toMatch(/it is the same as/);
  });

  it("more than 10,000 files", async () => {
    mkdirSync(world.path("plugin/many"));
    for (let index = 0; index <= 10_000; index += 1) writeFileSync(world.path("plugin/many", `f${index}`), "");
    const error = await refusal(read());
    expect(error.message).toMatch(/more than 10000 files/);
    expect(error.hint).toMatch(/sub-folder/);
  });

  it("more than 100 MiB, without reading it", async () => {
    world.write("plugin/large.bin", "");
    truncateSync(world.path("plugin/large.bin"), 100 * 1024 * 1024 + 1);
    let bytesRead = 0;
    const { files } = world.host;
    const counting = {
      ...files,
      read: async (path: string) => ((bytesRead += (await files.read(path))?.length ?? 0), undefined),
    };
    expect((await refusal(readTree(world.path("plugin"), counting))).message).toMatch(/more than 100 MiB/);
    expect(bytesRead).toBeLessThan(10_000);
  });

  it("folders deeper than 32", async () => {
    const deep = Array.from({ length: 33 }, (_, index) => `d${index}`);
    world.write(join("plugin", ...deep, "file"), "x");
    expect((await refusal(read())).message).toMatch(/deeper than 32 folders/);
  });
});

describe("a plugin's folder", () => {
  it("keeps relative links that stay inside, as links", async () => {
    world.write("plugin/docs/guide.md", "x");
    world.link("docs/guide.md", "plugin/GUIDE.md");
    world.link("../plugin.yaml", "plugin/docs/description.yaml");
    world.link("docs", "plugin/manual");
    const { entries } = await read();
    expect(entries.filter((entry) => entry.type === "link")).toEqual([
      { type: "link", path: "GUIDE.md", target: "docs/guide.md" },
      { type: "link", path: "docs/description.yaml", target: "../plugin.yaml" },
      { type: "link", path: "manual", target: "docs" },
    ]);
  });

  it("leaves out what is data: .env files, custom/, .git/, .atk-ref, node_modules/, .DS_Store", async () => {
    const data = [
      ".env",
      ".env.local",
      "sub/.env",
      ".ENV",
      "custom/overrides.yaml",
      ".git/HEAD",
      ".atk-ref",
      "node_modules/x/i.js",
      "sub/node_modules/y.js",
      ".DS_Store",
      "sub/.DS_Store",
    ];
    for (const each of data) world.write(`plugin/${each}`, "data");
    for (const each of [".env.example", ".env.sample", ".env.template", "sub/custom/kept.txt"])
      world.write(`plugin/${each}`, "content");
    expect(await paths()).toEqual([
      ".env.example",
      ".env.sample",
      ".env.template",
      "plugin.yaml",
      "sub/custom/kept.txt",
    ]);
  });

  it("never looks into data, whatever lies in it", async () => {
    execFileSync("mkdir", ["-p", world.path("plugin/node_modules")]);
    execFileSync("mkfifo", [world.path("plugin/node_modules/pipe")]);
    world.write("plugin/custom/nested/.git/HEAD", "x");
    world.link("/etc/passwd", "plugin/custom/link");
    expect(await paths()).toEqual(["plugin.yaml"]);
  });

  it("looks at nothing but the named files when it is told which", async () => {
    world.write("plugin/data/db.sqlite", "data");
    execFileSync("mkfifo", [world.path("plugin/data/pipe")]);
    const tree = await readTree(world.path("plugin"), world.host.files, { only: ["plugin.yaml", "gone.md"] });
    expect(tree.entries.map((entry) => entry.path)).toEqual(["plugin.yaml"]);
  });

  it("is refused when a folder on the way to a named file has become a link", async () => {
    world.write("elsewhere/file", "x");
    world.link(world.path("elsewhere"), "plugin/docs");
    const work = readTree(world.path("plugin"), world.host.files, { only: ["docs/file"] });
    expect((await refusal(work)).message).toMatch(/"docs": a link is where a folder was expected/);
  });

  it("says which folder is not there", async () => {
    await expect(readTree(world.path("none"), world.host.files)).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining(world.path("none")),
    });
  });
});

describe("content in memory is refused when it has", () => {
  const file = (path: string): MemoryEntry => ({
    type: "file",
    path,
    executable: false,
    bytes: Buffer.from("x"),
  });
  const link = (path: string, target: string): MemoryEntry => ({ type: "link", path, target });

  it.each([
    ["", /the name is empty/],
    ["/etc/passwd", /the path is absolute/],
    ["../x", /contains ".."/],
    ["a/../../x", /contains ".."/],
    ["a//b", /empty name/],
    ["./a", /contains "."/],
    ["C:/x", /Windows/],
    ["a\0b", /control character/],
    ["x".repeat(401), /longer than 400/],
  ])("the path %j", async (path, reason) => {
    const make = async (): Promise<Tree> => treeFromEntries([file(path)], { what: "package x" });
    expect((await refusal(make())).message).toMatch(reason);
  });

  it.each([
    ["the same path twice", [file("a"), file("a")], /it is there twice/],
    ["a file below a file", [file("a"), file("a/b")], /the same name is used for a folder/],
    ["a file below a link", [file("d/x"), link("a", "d"), file("a/b")], /the same name is used for a folder/],
    [
      "a file below a link of other letter case",
      [file("d/x"), link("A", "d"), file("a/b")],
      /the same name is used for a folder/,
    ],
    ["a link with a control character in its target", [link("a", "b\u0007")], /control character/],
    ["a link to a Windows drive", [link("a", "C:\\x")], /absolute path/],
    ["a link without a target", [link("a", "")], /no target/],
  ] as const)("%s", async (_what, entries, reason) => {
    const make = async (): Promise<Tree> => treeFromEntries(entries, { what: "package x" });
    expect((await refusal(make())).message).toMatch(reason);
  });
});
