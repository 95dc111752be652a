import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import type { Git } from "../../src/git/git.ts";
import { createScratch, USER, type Scratch } from "./scratch.ts";

const text = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));

describe.each(["native", "isomorphic"] as const)("git, %s back end", (id) => {
  let scratch: Scratch;
  let git: Git;

  beforeEach(async () => {
    scratch = createScratch();
    git = await chooseGit(scratch.host(), scratch.home, id);
  });
  afterEach(() => scratch.remove());

  /** A repository with a.txt and b.txt committed. */
  async function begin(): Promise<void> {
    await git.init();
    scratch.write("a.txt", "one\n");
    scratch.write("b.txt", "one\n");
    await git.commitPaths({ paths: ["a.txt", "b.txt"], message: "Begin" });
  }
  const committed = (): readonly string[] => scratch.git("show", "--name-only", "--format=", "-z", "HEAD").split("\0").filter(Boolean).sort();
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
      await expect(git.commitPaths({ paths: ["a.txt"], message: "no" })).rejects.toMatchObject({ code: "E_GIT" });
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
      await expect(attempt).rejects.toMatchObject({ code: "E_GIT", message: expect.stringContaining(`a ${operation} is in progress`) });
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
      expect(scratch.git("ls-tree", "HEAD", "run.sh", "link").split("\n").map((line) => line.slice(0, 6))).toEqual(["120000", "100755", ""]);
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
      await git.commitPaths({ paths: ["plugins/x/plugin.yaml", "plugins/x/custom/overrides.yaml"], message: "Custom" });
      expect(committed()).toEqual(["plugins/x/custom/overrides.yaml"]);
    });

    const strange = ["with space.txt", "new\nline.txt", "-dash", "--all", "ünïcode-日本.txt", ":(glob)*", "star*.txt", '"quote".txt', "tab\tbed", "#hash", "back\\slash"];

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
      const names = Array.from({ length: 1500 }, (_each, index) => `many/a-rather-long-folder-name-${index % 7}/file-number-${index}.txt`);
      for (const name of names) scratch.write(name, name);
      await git.commitPaths({ paths: names, message: "Many" });
      expect(committed()).toHaveLength(1500);
      expect(scratch.git("status", "--porcelain")).toBe("");
    });

    it("signs with the user's identity", async () => {
      await begin();
      expect(scratch.git("log", "-1", "--format=%an <%ae> %cn <%ce>")).toBe(`${USER.name} <${USER.email}> ${USER.name} <${USER.email}>\n`);
    });

    it("signs as ATK when the user has told git no identity", async () => {
      const other = await chooseGit(scratch.host({ GIT_CONFIG_GLOBAL: join(scratch.root, "none") }), scratch.home, id);
      await other.init();
      scratch.write("a.txt", "x");
      await other.commitPaths({ paths: ["a.txt"], message: "First" });
      expect(scratch.git("log", "-1", "--format=%an <%ae> %cn <%ce>")).toBe("ATK <atk@localhost> ATK <atk@localhost>\n");
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
        await expect(git.commitPaths({ paths: [path], message: "No" })).rejects.toMatchObject({ code: "E_GIT" });
      },
    );

    it("refuses a file behind a symbolic link", async () => {
      await begin();
      mkdirSync(join(scratch.root, "elsewhere"));
      symlinkSync(join(scratch.root, "elsewhere"), join(scratch.home, "link"));
      scratch.write("link/x.txt", "x");
      await expect(git.commitPaths({ paths: ["link/x.txt"], message: "No" })).rejects.toMatchObject({ code: "E_GIT" });
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
      await expect(git.commitPaths({ paths: ["a.txt"], message: "No" })).rejects.toMatchObject({ code: "E_GIT", message: expect.stringContaining("index.lock") });
      unlinkSync(join(scratch.home, ".git", "index.lock"));
      expect(commits()).toBe(1);
    });
  });

  describe("secrets", () => {
    const secrets = [".env", ".env.local", "plugins/mine/.env", "plugins/mine/.env.production", "plugins/mine/.env/token", ".ENV"];

    it.each(secrets)("%s is never committed, whatever .gitignore says", async (path) => {
      await begin();
      scratch.write(".gitignore", "*.env\n!plugins/mine/**\n!**\n");
      scratch.write(path, "OPENAI_API_KEY=sk-123");
      scratch.write("plugins/mine/plugin.yaml", "x");
      for (const includeIgnored of [false, true]) {
        const attempt = git.commitPaths({ paths: ["plugins/mine/plugin.yaml", path], message: "No", includeIgnored });
        await expect(attempt).rejects.toMatchObject({ code: "E_SECRET_IN_GIT", message: expect.stringContaining(path) });
      }
      expect(commits()).toBe(1);
      expect(scratch.git("ls-files")).toBe("a.txt\nb.txt\n");
    });

    it("in a named folder stop the commit too, unless they are ignored", async () => {
      await begin();
      scratch.write("plugins/mine/plugin.yaml", "x");
      scratch.write("plugins/mine/.env", "KEY=1");
      await expect(git.commitPaths({ paths: ["plugins/mine"], message: "No" })).rejects.toMatchObject({ code: "E_SECRET_IN_GIT" });
      scratch.write(".gitignore", ".env\n");
      await git.commitPaths({ paths: ["plugins/mine"], message: "Yes" });
      expect(committed()).toEqual(["plugins/mine/plugin.yaml"]);
    });

    it.each([".env.example", "plugins/mine/.env.sample", ".env.template"])("%s is a template and may be committed", async (path) => {
      await begin();
      scratch.write(path, "OPENAI_API_KEY=");
      await git.commitPaths({ paths: [path], message: "Template" });
      expect(committed()).toEqual([path]);
    });

    it("may be committed as deleted", async () => {
      await begin();
      scratch.write(".env", "KEY=1");
      scratch.git("add", "-f", ".env");
      scratch.git("commit", "-q", "-m", "oops");
      unlinkSync(join(scratch.home, ".env"));
      await git.commitPaths({ paths: [".env"], message: "Gone" });
      expect(committed()).toEqual([".env"]);
    });

    it("found tracked are listed, and untracked with the file kept and the user's staged work untouched", async () => {
      await begin();
      scratch.write(".env", "KEY=1");
      scratch.write("plugins/mine/.env.local", "KEY=1");
      scratch.git("add", "-f", ".");
      scratch.git("commit", "-q", "-m", "oops");
      scratch.write("a.txt", "staged\n");
      scratch.git("add", "a.txt");
      const secret = [".env", "plugins/mine/.env.local"];
      expect(await git.trackedSecrets()).toEqual(secret);
      const commit = await git.untrack({ paths: secret, message: "Take secrets out of git" });
      expect(commit).toBe(scratch.git("rev-parse", "HEAD").trim());
      expect(committed()).toEqual(secret);
      expect(await git.trackedSecrets()).toEqual([]);
      expect(readFileSync(join(scratch.home, ".env"), "utf8")).toBe("KEY=1");
      expect(scratch.git("diff", "--cached", "--name-only")).toBe("a.txt\n");
      expect(scratch.git("log", "-1", "--format=%s")).toBe("Take secrets out of git\n");
    });

    it("that are only staged are taken out of the index without a commit", async () => {
      await git.init();
      scratch.write(".env", "KEY=1");
      scratch.git("add", "-f", ".env");
      expect(await git.untrack({ paths: [".env"], message: "Out" })).toBeUndefined();
      expect(scratch.git("ls-files")).toBe("");
    });
  });

  describe("a repository inside the repository", () => {
    beforeEach(async () => {
      await begin();
      scratch.write("plugins/mine/plugin.yaml", "x");
      scratch.gitIn(join(scratch.home, "plugins/mine"), "init", "-q");
    });

    it.each(["plugins/mine/plugin.yaml", "plugins/mine", "plugins"])("is not committed as a link: %s", async (path) => {
      const attempt = git.commitPaths({ paths: [path], message: "No" });
      await expect(attempt).rejects.toMatchObject({ code: "E_GIT", message: expect.stringContaining("plugins/mine is a git repository of its own") });
      expect(commits()).toBe(1);
      expect(scratch.git("ls-files")).toBe("a.txt\nb.txt\n");
    });

    it("that was committed as a link is told, and can be taken out and put right", async () => {
      scratch.gitIn(join(scratch.home, "plugins/mine"), "commit", "-q", "--allow-empty", "-m", "x");
      scratch.git("-c", "advice.addEmbeddedRepo=false", "add", "plugins/mine");
      scratch.git("commit", "-q", "-m", "link");
      rmSync(join(scratch.home, "plugins/mine/.git"), { recursive: true });
      const request = { paths: ["plugins/mine/plugin.yaml"], message: "Files" };
      await expect(git.commitPaths(request)).rejects.toMatchObject({ code: "E_GIT", message: expect.stringContaining("plugins/mine") });
      await git.untrack({ paths: ["plugins/mine"], message: "Take the link out" });
      await git.commitPaths(request);
      expect(committed()).toEqual(["plugins/mine/plugin.yaml"]);
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
      for (const ref of ["v1.0.0", first, first.slice(0, 8)]) expect(text(await git.readFileAt(ref, "a.txt"))).toBe("one\n");
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
      for (const path of ["none", "dir", "dir/none", "a.txt/none"]) expect(await git.readFileAt("HEAD", path)).toBeUndefined();
      for (const ref of ["none", "0123456789012345678901234567890123456789", "--help"]) expect(await git.readFileAt(ref, "a.txt")).toBeUndefined();
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
    expect(await inner.commitPaths({ paths: ["b.txt"], message: "Without b" })).toBe(scratch.gitIn(join(outer, "atk"), "rev-parse", "HEAD").trim());
    expect(text(await inner.readFileAt("HEAD", "a.txt"))).toBe("one\n");
  });

  it("works on another repository than the one a hook that started atk belongs to", async () => {
    await begin();
    const elsewhere = join(scratch.root, "elsewhere");
    scratch.gitIn(scratch.root, "init", "-q", elsewhere);
    const env = { GIT_DIR: join(elsewhere, ".git"), GIT_WORK_TREE: elsewhere, GIT_INDEX_FILE: join(elsewhere, ".git/index") };
    const inHook = await chooseGit(scratch.host(env), scratch.home, id);
    scratch.write("a.txt", "two\n");
    expect(await inHook.commitPaths({ paths: ["a.txt"], message: "Two" })).toBe(scratch.git("rev-parse", "HEAD").trim());
  });
});
