import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import { clone, cloneShallow } from "../../src/git/clone.ts";
import type { Git } from "../../src/git/git.ts";
import { serveNothing, serveRepositories, type HttpRemote } from "./http-remote.ts";
import { beginRepository, createScratch, type Scratch } from "./scratch.ts";

const LIMIT = { timeoutMs: 60_000 };

/** Both back ends reach http; file:// needs the installed git. */
const WAYS = [
  ["native", "http"],
  ["native", "file"],
  ["isomorphic", "http"],
] as const;

describe.each(WAYS)("a remote, %s back end over %s", (id, protocol) => {
  let scratch: Scratch;
  let git: Git;
  let server: HttpRemote;
  let url: string;
  let into: string;

  beforeEach(async () => {
    scratch = createScratch();
    git = await chooseGit(scratch.host(), scratch.home, id);
    await beginRepository(scratch, git);
    scratch.gitIn(scratch.root, "init", "-q", "--bare", "--initial-branch=trunk", "far.git");
    scratch.gitIn(join(scratch.root, "far.git"), "config", "http.receivepack", "true");
    server = await serveRepositories(scratch.root, scratch.env);
    url = protocol === "http" ? `${server.url}/far.git` : `file://${join(scratch.root, "far.git")}`;
    into = join(scratch.root, "deep/er/into");
    scratch.git("remote", "add", "origin", url);
  });
  afterEach(async () => {
    await server.close();
    scratch.remove();
  });

  const read = (path: string): string => readFileSync(join(into, path), "utf8");
  const rev = (name: string): string => scratch.git("rev-parse", `${name}^{commit}`).trim();

  /** trunk: a.txt one, two, three; tag v1 (annotated) on one; branch side on two; everything at the remote. */
  function history(): void {
    scratch.git("tag", "-a", "-m", "one", "v1");
    scratch.write("a.txt", "two\n");
    scratch.git("commit", "-q", "-a", "-m", "two");
    scratch.git("branch", "side/way");
    scratch.git("tag", "light");
    scratch.write("a.txt", "three\n");
    scratch.git("commit", "-q", "-a", "-m", "three");
    scratch.git("push", "-q", join(scratch.root, "far.git"), "trunk", "side/way", "--tags");
  }

  describe("push", () => {
    it("sets the upstream the first time, then has nothing to do, then pushes on", async () => {
      const done = { remote: "origin", branch: "trunk" };
      expect(await git.push(LIMIT)).toEqual({ state: "pushed", ...done });
      expect(await git.status()).toMatchObject({ upstream: "origin/trunk", ahead: 0, behind: 0 });
      expect(scratch.git("config", "branch.trunk.merge")).toBe("refs/heads/trunk\n");
      expect(await git.push(LIMIT)).toEqual({ state: "up-to-date", ...done });
      scratch.write("a.txt", "two\n");
      const commit = await git.commitPaths({ paths: ["a.txt"], message: "Two" });
      expect((await git.status()).ahead).toBe(1);
      expect(await git.push(LIMIT)).toEqual({ state: "pushed", ...done });
      expect(scratch.gitIn(join(scratch.root, "far.git"), "rev-parse", "trunk").trim()).toBe(commit);
    });

    it("that the remote refuses is told, and forces nothing", async () => {
      await git.push(LIMIT);
      scratch.git("commit", "-q", "--allow-empty", "-m", "theirs");
      scratch.git("push", "-q", join(scratch.root, "far.git"), "trunk");
      const theirs = rev("HEAD");
      scratch.git("reset", "-q", "--hard", "HEAD~1");
      scratch.git("commit", "-q", "--allow-empty", "-m", "ours");
      expect(await git.push(LIMIT)).toMatchObject({ state: "failed", reason: "rejected", remote: "origin" });
      expect(scratch.gitIn(join(scratch.root, "far.git"), "rev-parse", "trunk").trim()).toBe(theirs);
    });
  });

  describe("clone", () => {
    it("gives a working repository on the default branch, and makes the folder", async () => {
      history();
      expect(await clone(scratch.host(), { url, directory: into, ...LIMIT }, id)).toBe(rev("trunk"));
      expect(read("a.txt")).toBe("three\n");
      const cloned = await chooseGit(scratch.host(), into, id);
      expect(await cloned.status()).toMatchObject({
        branch: "trunk",
        upstream: "origin/trunk",
        ahead: 0,
        behind: 0,
        modified: 0,
        untracked: 0,
      });
    });

    it("takes a branch, and follows it", async () => {
      history();
      expect(await clone(scratch.host(), { url, directory: into, ref: "side/way", ...LIMIT }, id)).toBe(
        rev("side/way"),
      );
      expect(scratch.gitIn(into, "status", "--porcelain", "--branch").trim()).toBe("## side/way...origin/side/way");
    });

    it.each(["v1", "light"])("takes the tag %s, with a detached HEAD", async (tag) => {
      history();
      expect(await clone(scratch.host(), { url, directory: into, ref: tag, ...LIMIT }, id)).toBe(rev(tag));
      const cloned = await chooseGit(scratch.host(), into, id);
      expect(await cloned.head()).toEqual({ commit: rev(tag) });
    });

    it("of an empty repository gives no commit", async () => {
      expect(await clone(scratch.host(), { url, directory: into, ...LIMIT }, id)).toBeUndefined();
      expect(existsSync(join(into, ".git"))).toBe(true);
    });

    it("into a folder that is not empty is refused, and touches nothing", async () => {
      history();
      mkdirSync(into, { recursive: true });
      writeFileSync(join(into, "mine"), "x");
      await expect(clone(scratch.host(), { url, directory: into, ...LIMIT }, id)).rejects.toMatchObject({
        code: "E_GIT",
      });
      expect(readdirSync(into)).toEqual(["mine"]);
    });
  });

  describe("cloneShallow", () => {
    it.each(["trunk", "side/way", "v1", "light"])("takes %s and gives its commit", async (ref) => {
      history();
      expect(await cloneShallow(scratch.host(), { url, directory: into, ref, ...LIMIT }, id)).toBe(rev(ref));
      expect(scratch.gitIn(into, "rev-parse", "HEAD").trim()).toBe(rev(ref));
      expect(read("a.txt")).toBe(scratch.git("show", `${ref}:a.txt`));
    });

    it("takes the default branch when no ref is named", async () => {
      history();
      expect(await cloneShallow(scratch.host(), { url, directory: into, ...LIMIT }, id)).toBe(rev("trunk"));
      expect(scratch.gitIn(into, "rev-list", "--count", "HEAD").trim()).toBe("1");
    });

    it("takes a commit that no name points to, in full and short", async () => {
      scratch.write("a.txt", "middle\n");
      scratch.git("commit", "-q", "-a", "-m", "middle");
      const middle = rev("HEAD");
      history();
      expect(await cloneShallow(scratch.host(), { url, directory: into, ref: middle, ...LIMIT }, id)).toBe(middle);
      const short = join(scratch.root, "short");
      expect(await cloneShallow(scratch.host(), { url, directory: short, ref: middle.slice(0, 9), ...LIMIT }, id)).toBe(
        middle,
      );
      expect(readFileSync(join(short, "a.txt"), "utf8")).toBe("middle\n");
    });

    it("gives the bytes as committed, whatever the user's settings for line ends are", async () => {
      scratch.write("crlf.txt", "a\r\nb\r\n");
      scratch.write("lf.txt", "a\nb\n");
      scratch.git("-c", "core.autocrlf=false", "add", ".");
      scratch.git("commit", "-q", "-m", "lines");
      history();
      scratch.git("config", "--global", "core.autocrlf", "true");
      await cloneShallow(scratch.host(), { url, directory: into, ...LIMIT }, id);
      expect([read("crlf.txt"), read("lf.txt")]).toEqual(["a\r\nb\r\n", "a\nb\n"]);
    });

    it.each(["none", "0123456789012345678901234567890123456789", "abcdef1"])(
      "says that there is no %s, and leaves nothing",
      async (ref) => {
        history();
        const attempt = cloneShallow(scratch.host(), { url, directory: into, ref, ...LIMIT }, id);
        await expect(attempt).rejects.toMatchObject({ code: "E_GIT" });
        expect(readdirSync(into)).toEqual([]);
      },
    );

    it("runs no hook of the user", async () => {
      history();
      const templates = join(scratch.root, "templates/hooks");
      mkdirSync(templates, { recursive: true });
      writeFileSync(join(templates, "post-checkout"), `#!/bin/sh\ntouch '${scratch.root}/ran'\n`, {
        mode: 0o755,
      });
      scratch.git("config", "--global", "init.templateDir", join(scratch.root, "templates"));
      scratch.git("config", "--global", "core.hooksPath", templates);
      await cloneShallow(scratch.host(), { url, directory: into, ...LIMIT }, id);
      expect(existsSync(join(scratch.root, "ran"))).toBe(false);
    });

    it.each(["--upload-pack=touch x", "ext::sh -c true", "-x", "", "a\nb"])(
      "refuses the address %j",
      async (address) => {
        const attempt = cloneShallow(scratch.host(), { url: address, directory: into, ...LIMIT }, id);
        await expect(attempt).rejects.toMatchObject({
          code: "E_GIT",
          message: expect.stringContaining("not a git URL"),
        });
      },
    );

    it.each(["--all", "a..b", "HEAD~1", "+x:y", "", "a b"])("refuses the ref %j", async (ref) => {
      const attempt = cloneShallow(scratch.host(), { url, directory: into, ref, ...LIMIT }, id);
      await expect(attempt).rejects.toMatchObject({ code: "E_GIT" });
    });
  });
});

describe.each(["native", "isomorphic"] as const)("a remote that does not answer, %s back end", (id) => {
  let scratch: Scratch;
  let server: HttpRemote;

  beforeEach(async () => {
    scratch = createScratch();
    server = await serveNothing();
  });
  afterEach(async () => {
    await server.close();
    scratch.remove();
  });

  it("ends a push at the time limit", async () => {
    const git = await chooseGit(scratch.host(), scratch.home, id);
    await beginRepository(scratch, git);
    scratch.git("remote", "add", "origin", `${server.url}/x.git`);
    expect(await git.push({ timeoutMs: 500 })).toMatchObject({
      state: "failed",
      reason: "timeout",
      message: expect.stringContaining("0.5 s (time limit)"),
    });
  });

  it.each([clone, cloneShallow])(
    "ends %o at the time limit, says so without credentials, and leaves nothing",
    async (fetch) => {
      const directory = join(scratch.root, "into");
      const url = `${server.url.replace("//", "//ada:hunter2@")}/x.git`;
      const error: unknown = await fetch(scratch.host(), { url, directory, timeoutMs: 500 }, id).catch(
        (caught: unknown) => caught,
      );
      expect(error).toMatchObject({ code: "E_GIT", message: expect.stringContaining("0.5 s (time limit)") });
      expect(String(error)).not.toContain("hunter2");
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  it("that refuses the connection is told", async () => {
    await server.close();
    const attempt = clone(
      scratch.host(),
      { url: `${server.url}/x.git`, directory: join(scratch.root, "into"), timeoutMs: 20_000 },
      id,
    );
    await expect(attempt).rejects.toMatchObject({
      code: "E_GIT",
      message: expect.stringContaining(server.url),
    });
    server = await serveNothing();
  });
});
