import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import { clone, cloneShallow } from "../../src/git/clone.ts";
import { createMemoryHost } from "../../src/host/memory-host.ts";
import { createScratch, text, type Scratch } from "./scratch.ts";

/** Where isomorphic-git would do the wrong thing it says so; elsewhere it needs nothing but the host's files. */
describe("isomorphic-git", () => {
  let scratch: Scratch;

  beforeEach(() => {
    scratch = createScratch();
  });
  afterEach(() => scratch.remove());

  it("works in memory: the whole life of a home without a disk and without git", async () => {
    const directory = "/home/mia/.atk";
    const host = createMemoryHost({
      files: { [`${directory}/atk.yaml`]: "agents: []\n", [`${directory}/.env`]: "KEY=1" },
    });
    const git = await chooseGit(host, directory);
    expect(git.id).toBe("isomorphic");
    await git.init();
    const first = await git.commitPaths({ paths: ["atk.yaml"], message: "Initialize ATK Home" });
    expect(await git.head()).toEqual({ branch: "main", commit: first });
    expect(await git.status()).toMatchObject({
      modified: 0,
      untracked: 1,
      lastCommit: { id: first, at: "2026-11-21T08:00:00.000Z" },
    });
    host.fs.writeFileSync(`${directory}/atk.yaml`, "agents: [codex]\n");
    expect((await git.status()).modified).toBe(1);
    const second = await git.commitPaths({ paths: ["atk.yaml"], message: "Add codex" });
    expect(second).not.toBe(first);
    expect(text(await git.readFileAt(first ?? "", "atk.yaml"))).toBe("agents: []\n");
    await expect(git.commitPaths({ paths: [".env"], message: "No" })).rejects.toMatchObject({
      code: "E_SECRET_IN_GIT",
    });
  });

  it("writes repositories that git finds no fault with", async () => {
    const git = await chooseGit(scratch.host(), scratch.home, "isomorphic");
    await git.init();
    for (const name of ["b", "a.c", "a/b", "a/a/a", "ab", "z"]) scratch.write(name, name);
    await git.commitPaths({ paths: ["b", "a.c", "a", "ab"], message: "One" });
    await git.commitPaths({ paths: ["z"], message: "Two" });
    expect(scratch.git("fsck", "--strict", "--no-dangling")).toBe("");
    expect(scratch.git("status", "--porcelain")).toBe("");
  });

  it("takes the identity from ~/.gitconfig and $XDG_CONFIG_HOME, the first before the second", async () => {
    writeFileSync(join(scratch.root, ".gitconfig"), '[user]\n\tname = "Grace Hopper"\n');
    scratch.write("../xdg/git/config", "[user]\n\tname = Nobody\n\temail = grace@example.com\n");
    const { GIT_CONFIG_GLOBAL: _global, ...env } = scratch.env;
    const files = scratch.host().files;
    const host = {
      ...scratch.host(),
      files,
      machine: { ...scratch.host().machine, env: { ...env, XDG_CONFIG_HOME: join(scratch.root, "xdg") } },
    };
    const git = await chooseGit(host, scratch.home, "isomorphic");
    await git.init();
    scratch.write("a.txt", "x");
    await git.commitPaths({ paths: ["a.txt"], message: "First" });
    expect(scratch.git("log", "-1", "--format=%an <%ae>")).toBe("Grace Hopper <grace@example.com>\n");
  });

  it("refuses to commit unsigned for a user who signs", async () => {
    appendFileSync(join(scratch.root, "gitconfig"), "[commit]\n\tgpgsign = true\n");
    const git = await chooseGit(scratch.host(), scratch.home, "isomorphic");
    await git.init();
    scratch.write("a.txt", "x");
    const attempt = git.commitPaths({ paths: ["a.txt"], message: "No" });
    await expect(attempt).rejects.toMatchObject({
      code: "E_GIT",
      hint: "install git",
      message: expect.stringContaining("gpgsign"),
    });
    expect((await git.head()).commit).toBeUndefined();
  });

  it("refuses a linked worktree, but knows that it is a repository", async () => {
    scratch.git("init", "-q");
    scratch.git("commit", "-q", "--allow-empty", "-m", "x");
    scratch.git("worktree", "add", "-q", join(scratch.root, "tree"));
    const git = await chooseGit(scratch.host(), join(scratch.root, "tree"), "isomorphic");
    expect(await git.isRepository()).toBe(true);
    await expect(git.status()).rejects.toMatchObject({
      code: "E_GIT",
      message: expect.stringContaining("linked worktree"),
    });
  });

  it("refuses a sha256 repository", async () => {
    scratch.git("init", "-q", "--object-format=sha256");
    const git = await chooseGit(scratch.host(), scratch.home, "isomorphic");
    await expect(git.head()).rejects.toMatchObject({
      code: "E_GIT",
      message: expect.stringContaining("sha256"),
    });
  });

  it.each([
    ["clone", clone],
    ["cloneShallow", cloneShallow],
  ] as const)("%s refuses remotes other than http(s)", async (_name, fetch) => {
    for (const url of [`file://${scratch.home}`, "git@example.com:x.git", scratch.home]) {
      const attempt = fetch(
        scratch.host(),
        { url, directory: join(scratch.root, "into"), timeoutMs: 1000 },
        "isomorphic",
      );
      await expect(attempt).rejects.toMatchObject({ code: "E_GIT", hint: "install git" });
    }
  });

  it("says that a push needs git when the remote is not http(s)", async () => {
    scratch.git("init", "-q");
    scratch.git("commit", "-q", "--allow-empty", "-m", "x");
    scratch.git("remote", "add", "origin", "git@example.com:x.git");
    const git = await chooseGit(scratch.host(), scratch.home, "isomorphic");
    expect(await git.push({ timeoutMs: 1000 })).toMatchObject({
      state: "failed",
      message: expect.stringContaining("install git"),
    });
  });
});
