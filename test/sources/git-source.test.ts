import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pathToFileURL } from "node:url";
import type { Source } from "../../src/manifest/manifest.ts";
import { openLocked, resolveSource, type Resolved } from "../../src/sources/resolve.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";

type GitSource = Extract<Source, { type: "git" }>;

let world: World;
let url: string;
beforeEach(() => {
  world = createWorld();
  url = pathToFileURL(world.path("repo")).href;
  world.write("repo/README.md", "a tool\n");
  world.git("repo", "init", "--quiet", "--initial-branch=main");
});
afterEach(() => world.remove());

function commit(): string {
  world.git("repo", "add", "--all");
  world.git("repo", "commit", "--quiet", "--message=change");
  return world.git("repo", "rev-parse", "HEAD");
}

const resolve = (more: Partial<GitSource> = {}, context = world.context): Promise<Resolved> =>
  resolveSource("demo", { type: "git", url, ...more }, context);
const pathsOf = ({ tree }: Resolved): readonly string[] => tree.entries.map((entry) => entry.path);
const downloads = (): readonly string[] => world.list(world.path("temporary"));

describe("a git source", () => {
  it("is the repository's .atk/ folder, at the exact commit", async () => {
    world.write("repo/.atk/plugin.yaml", PLUGIN_YAML);
    world.write("repo/.atk/run.sh", "#!/bin/sh\n", 0o755);
    const id = commit();
    const resolved = await resolve();
    expect(resolved.locked).toEqual({
      source: { type: "git", url },
      commit: id,
      integrity: resolved.tree.integrity,
    });
    expect(resolved.tree.entries).toMatchObject([
      { path: "plugin.yaml", executable: false },
      { path: "run.sh", executable: true },
    ]);
  });

  it("has the digest that the same files have in a folder", async () => {
    world.write("repo/.atk/plugin.yaml", PLUGIN_YAML);
    world.write("repo/.atk/run.sh", "#!/bin/sh\n", 0o755);
    world.write("repo/.atk/docs/crlf.md", "one\r\ntwo\n");
    world.link("docs/crlf.md", "repo/.atk/GUIDE.md");
    commit();
    const local = await resolveSource("demo", { type: "local", path: world.path("repo/.atk") }, world.context);
    expect((await resolve()).tree.integrity).toBe(local.tree.integrity);
  });

  it("may be a whole repository with plugin.yaml at the top", async () => {
    world.write("repo/plugin.yml", PLUGIN_YAML);
    commit();
    expect(pathsOf(await resolve())).toEqual(["README.md", "plugin.yml"]);
  });

  it("may be a sub-folder", async () => {
    world.write("repo/tools/a/plugin.yaml", PLUGIN_YAML);
    world.write("repo/tools/b/plugin.yaml", PLUGIN_YAML);
    commit();
    expect(pathsOf(await resolve({ path: "./tools/a/" }))).toEqual(["plugin.yaml"]);
  });

  it("may be a branch, a tag, a whole commit or the begin of one", async () => {
    world.write("repo/plugin.yaml", PLUGIN_YAML);
    const first = commit();
    world.git("repo", "tag", "--annotate", "v1", "--message=one");
    world.write("repo/plugin.yaml", `${PLUGIN_YAML}tags: [two]\n`);
    const second = commit();
    world.git("repo", "branch", "next");
    world.write("repo/plugin.yaml", `${PLUGIN_YAML}tags: [three]\n`);
    commit();
    for (const [ref, id] of [
      ["v1", first],
      ["next", second],
      [first, first],
      [second.slice(0, 9), second],
    ] as const) {
      expect((await resolve({ ref })).locked.commit).toBe(id);
    }
  });

  it.each([
    ["no plugin.yaml", {}, "E_PLUGIN_INVALID", /is not a plugin: there is no plugin.yaml at the top or in .atk/],
    ["no such folder", { path: "tools/none" }, "E_PLUGIN_INVALID", /in "tools\/none"/],
    ["a folder outside", { path: "../x" }, "E_PLUGIN_INVALID", /there is no plugin.yaml/],
    ["no such ref", { ref: "v9" }, "E_GIT", /cannot fetch v9 of file:/],
    ["no such commit", { ref: "0123456789abcdef0123456789abcdef01234567" }, "E_GIT", /there is no commit 0123456789/],
    ["no repository", { url: "file:///nowhere/at/all" }, "E_GIT", /cannot fetch file:\/\/\/nowhere/],
  ] as const)("with %s is refused in clear words", async (_what, more, code, message) => {
    commit();
    await expect(resolve(more)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(downloads()).toEqual([]);
  });

  it("never brings the user's files along: a link out of the repository is refused", async () => {
    world.write("home/secret", "s3cret");
    world.write("repo/.atk/plugin.yaml", PLUGIN_YAML);
    world.link(world.path("home/secret"), "repo/.atk/notes");
    commit();
    await expect(resolve()).rejects.toMatchObject({
      code: "E_HOSTILE",
      message: expect.stringMatching(/"notes": the link points to the absolute path/),
    });
  });

  it("with a submodule in the plugin is refused", async () => {
    world.write("other/file", "x");
    world.git("other", "init", "--quiet");
    world.git("other", "add", "--all");
    world.git("other", "commit", "--quiet", "--message=x");
    world.write("repo/.atk/plugin.yaml", PLUGIN_YAML);
    world.git(
      "repo",
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "--quiet",
      "add",
      world.path("other"),
      ".atk/vendor",
    );
    commit();
    await expect(resolve()).rejects.toMatchObject({
      code: "E_HOSTILE",
      message: expect.stringMatching(/"vendor": a git submodule/),
    });
  });

  it("with a submodule elsewhere is fine, and that is not fetched", async () => {
    world.write("repo/.atk/plugin.yaml", PLUGIN_YAML);
    world.write("repo/.gitmodules", '[submodule "v"]\n\tpath = v\n\turl = https://example.invalid/v\n');
    world.git("repo", "update-index", "--add", "--cacheinfo", "160000,0123456789abcdef0123456789abcdef01234567,v");
    commit();
    expect(pathsOf(await resolve())).toEqual(["plugin.yaml"]);
  });

  it("with names that collide is refused before a file is written", async () => {
    world.write("repo/.atk/plugin.yaml", PLUGIN_YAML);
    world.write("repo/.atk/Readme.md", "x");
    world.write("repo/.atk/README.md", "y");
    commit();
    await expect(resolve()).rejects.toMatchObject({
      code: "E_HOSTILE",
      message: expect.stringMatching(/letter case/),
    });
  });

  it("starts no program that the repository asks for: no hooks, no filters", async () => {
    world.write(
      "home/.gitconfig",
      `[filter "evil"]\n\tsmudge = touch ${world.path("ran-smudge")}\n\tclean = cat\n[init]\n\ttemplateDir = ${world.path("template")}\n`,
    );
    world.write("template/hooks/post-checkout", `#!/bin/sh\ntouch ${world.path("ran-hook")}\n`, 0o755);
    world.write("repo/.atk/plugin.yaml", PLUGIN_YAML);
    commit();
    world.write("repo/.gitattributes", ".atk/* filter=evil text eol=crlf ident working-tree-encoding=UTF-16\n");
    world.git("repo", "add", ".gitattributes");
    world.git("repo", "commit", "--quiet", "--message=attributes");
    const { tree } = await resolve();
    expect(new TextDecoder().decode(await tree.read("plugin.yaml"))).toBe(PLUGIN_YAML);
    expect(world.list(world.root).filter((path) => path.includes("ran-"))).toEqual([]);
  });

  it("gives bytes as committed, also to a user who wants CRLF", async () => {
    world.write("home/.gitconfig", "[core]\n\tautocrlf = true\n\teol = crlf\n");
    world.write("repo/.gitattributes", "* text=auto eol=crlf\n");
    world.write("repo/.atk/plugin.yaml", PLUGIN_YAML);
    commit();
    expect(new TextDecoder().decode(await (await resolve()).tree.read("plugin.yaml"))).toBe(PLUGIN_YAML);
  });

  it("may be a repository of the sha256 kind", async () => {
    world.write("new/plugin.yaml", PLUGIN_YAML);
    world.git("new", "init", "--quiet", "--object-format=sha256");
    world.git("new", "add", "--all");
    world.git("new", "commit", "--quiet", "--message=x");
    const { locked } = await resolve({ url: pathToFileURL(world.path("new")).href });
    expect(locked.commit).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is fetched with the lock alone: a moved branch does not matter", async () => {
    world.write("repo/plugin.yaml", PLUGIN_YAML);
    commit();
    const { locked } = await resolve({ ref: "main" }, { ...world.context, temporary: true });
    world.write("repo/plugin.yaml", `${PLUGIN_YAML}tags: [later]\n`);
    commit();
    const tree = await openLocked("demo", locked, world.context);
    expect(tree.integrity).toBe(locked.integrity);
  });

  it("whose history was rewritten is refused, and nothing of it is used", async () => {
    world.write("repo/plugin.yaml", PLUGIN_YAML);
    commit();
    const { locked } = await resolve({}, { ...world.context, temporary: true });
    const forged = { ...locked, integrity: `sha256-${"0".repeat(64)}` };
    await expect(openLocked("demo", forged, world.context)).rejects.toMatchObject({
      code: "E_INTEGRITY",
      message: expect.stringContaining(`expected sha256-${"0".repeat(64)}, found ${locked.integrity}`),
    });
    expect(await world.host.files.list(world.path("home/.cache/atk/store"))).toBeUndefined();
  });
});

describe("after a git source was resolved", () => {
  beforeEach(() => {
    world.write("repo/plugin.yaml", PLUGIN_YAML);
    commit();
  });

  it("its content is opened from this machine, without the network", async () => {
    const { locked } = await resolve();
    world.host.files.rename(world.path("repo"), world.path("gone"));
    const tree = await openLocked("demo", locked, { ...world.context, offline: true });
    expect(tree.integrity).toBe(locked.integrity);
  });

  it("nothing of the download is left", async () => {
    await resolve();
    const left = world.list(world.path("home")).filter((path) => !/\/atk\/(store|files)\//.test(path));
    expect(left).toEqual([]);
    expect(downloads()).toEqual([]);
  });

  it("in a plan, HOME is untouched and the temporary folder is empty again", async () => {
    await resolve({}, { ...world.context, temporary: true });
    expect(world.list(world.home)).toEqual([]);
    expect(downloads()).toEqual([]);
  });

  it("and offline, what is not on this machine is said to be missing", async () => {
    const { locked } = await resolve({}, { ...world.context, temporary: true });
    await expect(openLocked("demo", locked, { ...world.context, offline: true })).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining("is not on this machine"),
    });
  });
});

describe("a git address", () => {
  it.each(["ext::sh -c id", "ext::id", "--upload-pack=id", "-x", "fd::17"])(
    "%j is refused before git is started",
    async (address) => {
      const host = {
        ...world.host,
        programs: { ...world.host.programs, run: () => Promise.reject(new Error("git was started")) },
      };
      await expect(resolve({ url: address }, { ...world.context, host })).rejects.toMatchObject({
        code: "E_SOURCE",
      });
    },
  );

  it("with a password is refused, and the password is not shown", async () => {
    const error: unknown = await resolve({ url: "https://mia:pa55word@example.com/x.git" }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: "E_SECRET_IN_GIT" });
    expect(String(error)).not.toContain("pa55word");
  });

  it("may be relative to the manifest", async () => {
    world.write("repo/plugin.yaml", PLUGIN_YAML);
    const id = commit();
    expect((await resolve({ url: "../repo" })).locked.commit).toBe(id);
  });
});
