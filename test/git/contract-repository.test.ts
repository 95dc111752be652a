import { readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import type { Git } from "../../src/git/git.ts";
import { beginRepository, createScratch, text, type Scratch } from "./scratch.ts";

describe.each(["native", "isomorphic"] as const)("git, %s back end: a repository", (id) => {
  let scratch: Scratch;
  let git: Git;

  beforeEach(async () => {
    scratch = createScratch();
    git = await chooseGit(scratch.host(), scratch.home, id);
  });
  afterEach(() => scratch.remove());

  const begin = async (): Promise<void> => beginRepository(scratch, git);
  const commits = (): number => Number(scratch.git("rev-list", "--count", "HEAD"));

  it("is the back end that was asked for", () => expect(git.id).toBe(id));

  describe("a repository", () => {
    it("is not there before init, and is there after it", async () => {
      expect(await git.isRepository()).toBe(false);
      await git.init();
      expect(await git.isRepository()).toBe(true);
    });

    it("begins on the user's default branch, unborn", async () => {
      await git.init();
      expect(await git.head()).toEqual({ branch: "trunk" });
    });

    it("begins on main when the user has no default branch", async () => {
      const host = scratch.host({ GIT_CONFIG_GLOBAL: join(scratch.root, "none") });
      const other = await chooseGit(host, scratch.home, id);
      await other.init();
      expect(await other.head()).toEqual({ branch: "main" });
    });

    it("is left as it is by a second init", async () => {
      await begin();
      scratch.git("checkout", "-q", "-b", "feature");
      await git.init();
      expect((await git.head()).branch).toBe("feature");
    });

    it("is never the one that a folder without a repository lies in", async () => {
      scratch.gitIn(scratch.root, "init", "-q");
      expect(await git.isRepository()).toBe(false);
      await expect(git.status()).rejects.toMatchObject({ code: "E_GIT" });
      scratch.write("a.txt", "x");
      await expect(git.commitPaths({ paths: ["a.txt"], message: "no" })).rejects.toMatchObject({
        code: "E_GIT",
      });
    });

    it("with a detached HEAD has a commit and no branch", async () => {
      await begin();
      scratch.git("checkout", "-q", "--detach");
      expect(await git.head()).toEqual({ commit: scratch.git("rev-parse", "HEAD").trim() });
    });
  });

  describe("status", () => {
    it("of an unborn branch has no commit", async () => {
      await git.init();
      scratch.write("new.txt", "x");
      scratch.write("staged.txt", "x");
      scratch.git("add", "staged.txt");
      expect(await git.status()).toEqual({ branch: "trunk", modified: 1, untracked: 1 });
    });

    it("counts modified, deleted, staged and untracked files, and not ignored ones", async () => {
      await begin();
      scratch.write(".gitignore", "*.log\n");
      await git.commitPaths({ paths: [".gitignore"], message: "Ignore logs" });
      scratch.write("a.txt", "two\n");
      unlinkSync(join(scratch.home, "b.txt"));
      scratch.write("c.txt", "new");
      scratch.write("d.log", "ignored");
      scratch.write("e.txt", "staged");
      scratch.git("add", "e.txt");
      expect(await git.status()).toMatchObject({ modified: 3, untracked: 1 });
    });

    it("tells the last commit", async () => {
      await begin();
      scratch.write("a.txt", "two\n");
      const id_ = await git.commitPaths({ paths: ["a.txt"], message: "Change a\n\nAnd say why." });
      const { lastCommit } = await git.status();
      expect(lastCommit).toMatchObject({ id: id_, subject: "Change a" });
      expect(Math.abs(Date.parse(lastCommit?.at ?? "") - Date.now())).toBeLessThan(600_000);
    });

    it("masks credentials in the remote's address", async () => {
      await begin();
      scratch.git("remote", "add", "origin", "https://ada:hunter2@example.com/home.git");
      const status = await git.status();
      expect(status.remoteUrl).toBe("https://***@example.com/home.git");
      expect(JSON.stringify(status)).not.toContain("hunter2");
    });

    it("tells the upstream and how far ahead and behind", async () => {
      await begin();
      scratch.gitIn(scratch.root, "init", "-q", "--bare", "far.git");
      scratch.git("remote", "add", "origin", join(scratch.root, "far.git"));
      scratch.git("push", "-q", "-u", "origin", "trunk");
      expect(await git.status()).toMatchObject({ upstream: "origin/trunk", ahead: 0, behind: 0 });
      scratch.git("commit", "-q", "--allow-empty", "-m", "theirs");
      scratch.git("push", "-q");
      scratch.git("reset", "-q", "--hard", "HEAD~1");
      scratch.git("commit", "-q", "--allow-empty", "-m", "ours 1");
      scratch.git("commit", "-q", "--allow-empty", "-m", "ours 2");
      expect(await git.status()).toMatchObject({ upstream: "origin/trunk", ahead: 2, behind: 1 });
    });

    it("names an upstream that is gone, without a distance", async () => {
      await begin();
      scratch.git("config", "branch.trunk.remote", "origin");
      scratch.git("config", "branch.trunk.merge", "refs/heads/trunk");
      scratch.git("remote", "add", "origin", join(scratch.root, "far.git"));
      const status = await git.status();
      expect(status.ahead).toBeUndefined();
      expect(status.branch).toBe("trunk");
    });

    it.each([
      ["merge", ["merge", "side"]],
      ["cherry-pick", ["cherry-pick", "side"]],
      ["rebase", ["rebase", "side"]],
    ] as const)("tells that a %s is in progress, and commits nothing then", async (operation, words) => {
      await begin();
      scratch.git("checkout", "-q", "-b", "side");
      scratch.write("a.txt", "side\n");
      scratch.git("commit", "-q", "-a", "-m", "side");
      scratch.git("checkout", "-q", "trunk");
      scratch.write("a.txt", "trunk\n");
      scratch.git("commit", "-q", "-a", "-m", "trunk");
      expect(() => scratch.git(...words)).toThrow();
      expect((await git.status()).inProgress).toBe(operation);
      const before = commits();
      scratch.write("c.txt", "new");
      const attempt = git.commitPaths({ paths: ["c.txt"], message: "no" });
      await expect(attempt).rejects.toMatchObject({
        code: "E_GIT",
        message: expect.stringContaining(`a ${operation} is in progress`),
      });
      expect(commits()).toBe(before);
    });

    it("writes nothing", async () => {
      await begin();
      scratch.write("a.txt", "one\n");
      const index = readFileSync(join(scratch.home, ".git", "index"));
      const objects = scratch.git("count-objects");
      await git.status();
      expect(readFileSync(join(scratch.home, ".git", "index")).equals(index)).toBe(true);
      expect(scratch.git("count-objects")).toBe(objects);
    });
  });

  describe("readFileAt", () => {
    it("reads from branches, tags and commits, full and short", async () => {
      await begin();
      scratch.git("tag", "-a", "-m", "one", "v1.0.0");
      const first = scratch.git("rev-parse", "HEAD").trim();
      scratch.write("a.txt", "two\n");
      await git.commitPaths({ paths: ["a.txt"], message: "Two" });
      for (const ref of ["HEAD", "trunk"]) expect(text(await git.readFileAt(ref, "a.txt"))).toBe("two\n");
      for (const ref of ["v1.0.0", first, first.slice(0, 8)])
        expect(text(await git.readFileAt(ref, "a.txt"))).toBe("one\n");
    });

    it("gives bytes as they were committed", async () => {
      await begin();
      const bytes = {
        "binary.bin": new Uint8Array([0, 255, 254, 10, 13, 10, 200]),
        "bom.txt": new TextEncoder().encode("\uFEFFx\r\n\n"),
        "replacement.txt": new TextEncoder().encode("\uFFFD"),
        "empty.txt": new Uint8Array(),
      };
      for (const [name, content] of Object.entries(bytes)) scratch.write(name, content);
      await git.commitPaths({ paths: Object.keys(bytes), message: "Bytes" });
      for (const [name, content] of Object.entries(bytes)) {
        expect(Buffer.from((await git.readFileAt("HEAD", name)) ?? [1]).equals(content), name).toBe(true);
      }
    });

    it("gives nothing for a path, a folder or a commit that is no file there", async () => {
      await begin();
      scratch.write("dir/x", "x");
      await git.commitPaths({ paths: ["dir/x"], message: "x" });
      for (const path of ["none", "dir", "dir/none", "a.txt/none"])
        expect(await git.readFileAt("HEAD", path)).toBeUndefined();
      for (const ref of ["none", "0123456789012345678901234567890123456789", "--help"])
        expect(await git.readFileAt(ref, "a.txt")).toBeUndefined();
    });

    it("gives nothing on an unborn branch", async () => {
      await git.init();
      expect(await git.readFileAt("HEAD", "a.txt")).toBeUndefined();
    });
  });

  describe("push", () => {
    it("is skipped without a remote, on a detached HEAD and on an unborn branch", async () => {
      await git.init();
      expect(await git.push({ timeoutMs: 10_000 })).toEqual({ state: "skipped", reason: "unborn" });
      await begin();
      expect(await git.push({ timeoutMs: 10_000 })).toEqual({ state: "skipped", reason: "no-remote" });
      scratch.git("checkout", "-q", "--detach");
      expect(await git.push({ timeoutMs: 10_000 })).toEqual({ state: "skipped", reason: "detached" });
    });

    it("to a remote that is not there fails without throwing, and without credentials in the message", async () => {
      await begin();
      scratch.git("remote", "add", "origin", "http://ada:hunter2@127.0.0.1:9/none.git");
      const result = await git.push({ timeoutMs: 20_000 });
      expect(result).toMatchObject({ state: "failed", reason: "unreachable", remote: "origin" });
      expect(JSON.stringify(result)).not.toContain("hunter2");
    });
  });

  it("works in a submodule, whose .git is a file", async () => {
    await begin();
    const outer = join(scratch.root, "outer");
    scratch.gitIn(scratch.root, "init", "-q", outer);
    scratch.gitIn(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", scratch.home, "atk");
    const inner = await chooseGit(scratch.host(), join(outer, "atk"), id);
    expect(await inner.isRepository()).toBe(true);
    expect((await inner.head()).commit).toBe(scratch.git("rev-parse", "HEAD").trim());
    expect((await inner.status()).modified).toBe(0);
    scratch.gitIn(join(outer, "atk"), "rm", "-q", "b.txt");
    expect(await inner.commitPaths({ paths: ["b.txt"], message: "Without b" })).toBe(
      scratch.gitIn(join(outer, "atk"), "rev-parse", "HEAD").trim(),
    );
    expect(text(await inner.readFileAt("HEAD", "a.txt"))).toBe("one\n");
  });

  it("works on another repository than the one a hook that started atk belongs to", async () => {
    await begin();
    const elsewhere = join(scratch.root, "elsewhere");
    scratch.gitIn(scratch.root, "init", "-q", elsewhere);
    const env = {
      GIT_DIR: join(elsewhere, ".git"),
      GIT_WORK_TREE: elsewhere,
      GIT_INDEX_FILE: join(elsewhere, ".git/index"),
    };
    const inHook = await chooseGit(scratch.host(env), scratch.home, id);
    scratch.write("a.txt", "two\n");
    expect(await inHook.commitPaths({ paths: ["a.txt"], message: "Two" })).toBe(
      scratch.git("rev-parse", "HEAD").trim(),
    );
  });
});
