import { chmodSync, mkdirSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import type { Git } from "../../src/git/git.ts";
import { beginRepository, createScratch, text, USER, type Scratch } from "./scratch.ts";

describe.each(["native", "isomorphic"] as const)("git, %s back end: commits", (id) => {
  let scratch: Scratch;
  let git: Git;

  beforeEach(async () => {
    scratch = createScratch();
    git = await chooseGit(scratch.host(), scratch.home, id);
  });
  afterEach(() => scratch.remove());

  const begin = async (): Promise<void> => beginRepository(scratch, git);
  const committed = (): readonly string[] =>
    scratch.git("show", "--name-only", "--format=", "-z", "HEAD").split("\0").filter(Boolean).sort();
  const commits = (): number => Number(scratch.git("rev-list", "--count", "HEAD"));

  describe("commitPaths", () => {
    it("commits new, changed and deleted files that are named, and gives the commit", async () => {
      await begin();
      scratch.write("a.txt", "two\n");
      unlinkSync(join(scratch.home, "b.txt"));
      scratch.write("deep/er/c.txt", "new\n");
      scratch.write("other.txt", "not named");
      const commit = await git.commitPaths({ paths: ["a.txt", "b.txt", "deep/er/c.txt"], message: "Three" });
      expect(commit).toBe(scratch.git("rev-parse", "HEAD").trim());
      expect(committed()).toEqual(["a.txt", "b.txt", "deep/er/c.txt"]);
      expect(scratch.git("status", "--porcelain")).toBe("?? other.txt\n");
      scratch.git("fsck", "--strict");
    });

    it("takes absolute paths too", async () => {
      await begin();
      scratch.write("a.txt", "two\n");
      await git.commitPaths({ paths: [join(scratch.home, "a.txt")], message: "Absolute" });
      expect(committed()).toEqual(["a.txt"]);
    });

    it("makes the first commit of a repository", async () => {
      await git.init();
      scratch.write("a.txt", "x");
      scratch.write("b.txt", "x");
      scratch.git("add", "b.txt");
      const commit = await git.commitPaths({ paths: ["a.txt"], message: "First" });
      expect(await git.head()).toEqual({ branch: "trunk", commit });
      expect(scratch.git("status", "--porcelain")).toBe("A  b.txt\n");
    });

    it("does nothing when nothing changed, and gives nothing", async () => {
      await begin();
      expect(await git.commitPaths({ paths: ["a.txt", "b.txt", "never-was.txt"], message: "Nothing" })).toBeUndefined();
      expect(await git.commitPaths({ paths: [], message: "Nothing" })).toBeUndefined();
      expect(commits()).toBe(1);
    });

    it("does nothing when a staged change was put back in the file", async () => {
      await begin();
      scratch.write("a.txt", "two\n");
      scratch.git("add", "a.txt");
      scratch.write("a.txt", "one\n");
      expect(await git.commitPaths({ paths: ["a.txt"], message: "Nothing" })).toBeUndefined();
      expect(commits()).toBe(1);
    });

    it("leaves the user's staged work staged exactly as it was", async () => {
      await begin();
      scratch.write("c.txt", "c");
      scratch.git("add", ".");
      scratch.git("commit", "-q", "-m", "c");
      scratch.write("a.txt", "staged\n");
      scratch.write("new.txt", "staged new\n");
      scratch.git("add", "a.txt", "new.txt");
      scratch.git("rm", "-q", "--cached", "c.txt");
      scratch.write("a.txt", "and changed again\n");
      scratch.write("b.txt", "atk\n");
      const staged = scratch.git("diff", "--cached", "--no-renames", "--raw", "--", "a.txt", "new.txt", "c.txt");
      await git.commitPaths({ paths: ["b.txt"], message: "Only b" });
      expect(committed()).toEqual(["b.txt"]);
      expect(scratch.git("diff", "--cached", "--no-renames", "--raw")).toBe(staged);
      expect(scratch.git("show", ":a.txt")).toBe("staged\n");
    });

    it("commits the deletion of a file that the user took out of the index", async () => {
      await begin();
      scratch.git("rm", "-q", "b.txt");
      expect(await git.commitPaths({ paths: ["b.txt"], message: "Without b" })).toBeDefined();
      expect(scratch.git("ls-tree", "--name-only", "HEAD")).toBe("a.txt\n");
    });

    it("commits a file where a folder was, and a folder where a file was", async () => {
      await begin();
      scratch.write("dir/x.txt", "x");
      await git.commitPaths({ paths: ["dir/x.txt"], message: "Folder" });
      rmSync(join(scratch.home, "dir"), { recursive: true });
      scratch.write("dir", "now a file");
      unlinkSync(join(scratch.home, "a.txt"));
      scratch.write("a.txt/inside", "now a folder");
      await git.commitPaths({ paths: ["dir", "dir/x.txt", "a.txt", "a.txt/inside"], message: "Swap" });
      expect(scratch.git("ls-tree", "-r", "--name-only", "HEAD")).toBe("a.txt/inside\nb.txt\ndir\n");
      expect(scratch.git("status", "--porcelain")).toBe("");
    });

    it("commits executable bits and symbolic links as they are", async () => {
      await begin();
      scratch.write("run.sh", "#!/bin/sh\n");
      chmodSync(join(scratch.home, "run.sh"), 0o755);
      symlinkSync("a.txt", join(scratch.home, "link"));
      await git.commitPaths({ paths: ["run.sh", "link"], message: "Modes" });
      expect(
        scratch
          .git("ls-tree", "HEAD", "run.sh", "link")
          .split("\n")
          .map((line) => line.slice(0, 6)),
      ).toEqual(["120000", "100755", ""]);
      expect(scratch.git("status", "--porcelain")).toBe("");
    });

    it("takes a folder as the files in it that are not ignored", async () => {
      await begin();
      scratch.write(".gitignore", "*.log\n");
      scratch.write("plugins/mine/plugin.yaml", "x");
      scratch.write("plugins/mine/run.log", "x");
      await git.commitPaths({ paths: ["plugins"], message: "Folder" });
      expect(committed()).toEqual(["plugins/mine/plugin.yaml"]);
    });

    it("leaves ignored files out, unless asked", async () => {
      await begin();
      scratch.write(".gitignore", "cache/\n");
      scratch.write("cache/x", "x");
      expect(await git.commitPaths({ paths: ["cache/x"], message: "No" })).toBeUndefined();
      expect(await git.commitPaths({ paths: ["cache/x"], message: "Yes", includeIgnored: true })).toBeDefined();
      expect(committed()).toEqual(["cache/x"]);
    });

    it("commits an ignored file that git tracks already", async () => {
      await begin();
      scratch.write(".gitignore", "*.txt\n");
      scratch.write("a.txt", "two\n");
      await git.commitPaths({ paths: ["a.txt"], message: "Tracked" });
      expect(committed()).toEqual(["a.txt"]);
    });

    it("keeps the custom folder of a plugin that is otherwise ignored", async () => {
      await begin();
      scratch.write(".gitignore", "plugins/*/*\n!plugins/*/custom/\n!plugins/*/custom/**\n");
      scratch.write("plugins/x/plugin.yaml", "x");
      scratch.write("plugins/x/custom/overrides.yaml", "x");
      await git.commitPaths({
        paths: ["plugins/x/plugin.yaml", "plugins/x/custom/overrides.yaml"],
        message: "Custom",
      });
      expect(committed()).toEqual(["plugins/x/custom/overrides.yaml"]);
    });

    const strange = [
      "with space.txt",
      "new\nline.txt",
      "-dash",
      "--all",
      "ünïcode-日本.txt",
      ":(glob)*",
      "star*.txt",
      '"quote".txt',
      "tab\tbed",
      "#hash",
    ];

    it.each(strange)("takes a name literally: %j", async (name) => {
      await begin();
      scratch.write(name, "x");
      scratch.write("starfish.txt", "not named");
      await git.commitPaths({ paths: [name], message: "Strange" });
      expect(committed()).toEqual([name]);
      expect(await git.isTracked(name)).toBe(true);
      expect(text(await git.readFileAt("HEAD", name))).toBe("x");
      unlinkSync(join(scratch.home, name));
      await git.commitPaths({ paths: [name], message: "Gone" });
      expect(committed()).toEqual([name]);
      expect(await git.isTracked(name)).toBe(false);
    });

    it("takes thousands of paths at once", async () => {
      await begin();
      const names = Array.from(
        { length: 1500 },
        (_each, index) => `many/a-rather-long-folder-name-${index % 7}/file-number-${index}.txt`,
      );
      for (const name of names) scratch.write(name, name);
      await git.commitPaths({ paths: names, message: "Many" });
      expect(committed()).toHaveLength(1500);
      expect(scratch.git("status", "--porcelain")).toBe("");
    });

    it("signs with the user's identity", async () => {
      await begin();
      expect(scratch.git("log", "-1", "--format=%an <%ae> %cn <%ce>")).toBe(
        `${USER.name} <${USER.email}> ${USER.name} <${USER.email}>\n`,
      );
    });

    it("signs as ATK when the user has told git no identity", async () => {
      const other = await chooseGit(scratch.host({ GIT_CONFIG_GLOBAL: join(scratch.root, "none") }), scratch.home, id);
      await other.init();
      scratch.write("a.txt", "x");
      await other.commitPaths({ paths: ["a.txt"], message: "First" });
      expect(scratch.git("log", "-1", "--format=%an <%ae> %cn <%ce>")).toBe(
        "ATK <atk@localhost> ATK <atk@localhost>\n",
      );
    });

    it("keeps messages with dashes, quotes and several paragraphs", async () => {
      await begin();
      scratch.write("a.txt", "two\n");
      const message = "--amend 'x' \"y\" $HOME\n\n# not a comment\n日本";
      await git.commitPaths({ paths: ["a.txt"], message });
      expect(scratch.git("log", "-1", "--format=%B").trim()).toBe(message);
    });

    it.each(["../x", "/etc/passwd", "", ".", ".git/config", "plugins/.git/config", ".GIT/config", "a\0b"])(
      "refuses the path %j",
      async (path) => {
        await begin();
        await expect(git.commitPaths({ paths: [path], message: "No" })).rejects.toMatchObject({
          code: "E_GIT",
        });
      },
    );

    it("refuses a file behind a symbolic link", async () => {
      await begin();
      mkdirSync(join(scratch.root, "elsewhere"));
      symlinkSync(join(scratch.root, "elsewhere"), join(scratch.home, "link"));
      scratch.write("link/x.txt", "x");
      await expect(git.commitPaths({ paths: ["link/x.txt"], message: "No" })).rejects.toMatchObject({
        code: "E_GIT",
      });
    });

    it("commits on a detached HEAD", async () => {
      await begin();
      scratch.git("checkout", "-q", "--detach");
      scratch.write("a.txt", "two\n");
      const commit = await git.commitPaths({ paths: ["a.txt"], message: "Detached" });
      expect(await git.head()).toEqual({ commit });
      expect(scratch.git("rev-parse", "trunk").trim()).not.toBe(commit);
    });

    it("is refused while another git holds the index, and changes nothing", async () => {
      await begin();
      scratch.write("a.txt", "two\n");
      scratch.write(".git/index.lock", "");
      await expect(git.commitPaths({ paths: ["a.txt"], message: "No" })).rejects.toMatchObject({
        code: "E_GIT",
        message: expect.stringContaining("index.lock"),
      });
      unlinkSync(join(scratch.home, ".git", "index.lock"));
      expect(commits()).toBe(1);
    });
  });
});
