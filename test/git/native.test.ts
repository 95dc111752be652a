import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import type { Git } from "../../src/git/git.ts";
import { beginRepository, createScratch, text, type Scratch } from "./scratch.ts";

/** What only the installed git can do. */
describe("native git", () => {
  let scratch: Scratch;
  let git: Git;

  beforeEach(async () => {
    scratch = createScratch();
    git = await chooseGit(scratch.host(), scratch.home);
    await beginRepository(scratch, git);
  });
  afterEach(() => scratch.remove());

  const commits = (): number => Number(scratch.git("rev-list", "--count", "HEAD"));
  const remote = (): string => {
    const directory = join(scratch.root, "far.git");
    if (!existsSync(directory)) scratch.gitIn(scratch.root, "init", "-q", "--bare", "far.git");
    return `file://${directory}`;
  };

  it("is chosen where it is installed, for reading and for writing", async () => {
    expect((await chooseGit(scratch.host(), scratch.home, "read")).id).toBe("native");
    expect((await chooseGit(scratch.host(), scratch.home, "write")).id).toBe("native");
    expect((await chooseGit(scratch.host({ PATH: "/none" }), scratch.home)).id).toBe("isomorphic");
  });

  it("takes a name with a backslash literally", async () => {
    scratch.write("back\\slash", "x");
    await git.commitPaths({ paths: ["back\\slash"], message: "Backslash" });
    expect(scratch.git("show", "--name-only", "--format=", "-z", "HEAD")).toBe("back\\slash\0");
  });

  describe("hooks", () => {
    it("of the user run at a commit", async () => {
      scratch.hook("pre-commit");
      scratch.hook("post-commit");
      scratch.write("c.txt", "x");
      await git.commitPaths({ paths: ["c.txt"], message: "Hooked" });
      expect(readFileSync(join(scratch.root, "hooks-run"), "utf8")).toBe("pre-commit\npost-commit\n");
    });

    it("in the user's core.hooksPath run too", async () => {
      scratch.hook("pre-commit");
      mkdirSync(join(scratch.root, "my-hooks"));
      renameSync(join(scratch.home, ".git/hooks/pre-commit"), join(scratch.root, "my-hooks/pre-commit"));
      appendFileSync(join(scratch.root, "gitconfig"), `[core]\n\thooksPath = ${join(scratch.root, "my-hooks")}\n`);
      scratch.write("c.txt", "x");
      await git.commitPaths({ paths: ["c.txt"], message: "Hooked" });
      expect(existsSync(join(scratch.root, "hooks-run"))).toBe(true);
    });

    it("that refuse stop the commit, are quoted in the error, and leave the index as it was", async () => {
      scratch.hook("pre-commit", 3);
      scratch.write("c.txt", "new");
      scratch.write("a.txt", "two\n");
      scratch.write("b.txt", "staged\n");
      scratch.git("add", "b.txt");
      const before = scratch.git("status", "--porcelain");
      const attempt = git.commitPaths({ paths: ["a.txt", "c.txt"], message: "Refused" });
      await expect(attempt).rejects.toMatchObject({
        code: "E_GIT",
        message: expect.stringContaining("pre-commit says 3"),
      });
      expect(scratch.git("status", "--porcelain")).toBe(before);
      expect(commits()).toBe(1);
    });

    it("may use pathspecs and see the user's locale: git's own variables are not changed for them", async () => {
      const file = join(scratch.home, ".git/hooks/pre-commit");
      mkdirSync(join(scratch.home, ".git/hooks"), { recursive: true });
      writeFileSync(
        file,
        `#!/bin/sh\nexec > '${scratch.root}/seen'\ngit ls-files '*.txt'\necho "$LC_ALL $GIT_LITERAL_PATHSPECS"\n`,
      );
      chmodSync(file, 0o755);
      const localised = await chooseGit(scratch.host({ LC_ALL: "C.UTF-8" }), scratch.home);
      scratch.write("c.txt", "x");
      await localised.commitPaths({ paths: ["c.txt"], message: "Seen" });
      expect(readFileSync(join(scratch.root, "seen"), "utf8")).toBe("a.txt\nb.txt\nc.txt\nC.UTF-8 \n");
    });

    it("run when secrets are taken out as well", async () => {
      scratch.write(".env", "KEY=1");
      scratch.git("add", "-f", ".env");
      scratch.git("commit", "-q", "-m", "oops");
      scratch.hook("pre-commit");
      await git.untrack({ paths: [".env"], message: "Out" });
      expect(readFileSync(join(scratch.root, "hooks-run"), "utf8")).toBe("pre-commit\n");
    });
  });

  describe("the user's signing setting", () => {
    const sign = (key: string): void =>
      appendFileSync(
        join(scratch.root, "gitconfig"),
        `[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = ${key}\n[commit]\n\tgpgsign = true\n`,
      );

    it("is respected", async () => {
      const key = join(scratch.root, "id_ed25519");
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
      sign(key);
      scratch.write("a.txt", "two\n");
      await git.commitPaths({ paths: ["a.txt"], message: "Signed" });
      expect(scratch.git("cat-file", "commit", "HEAD")).toContain("-----BEGIN SSH SIGNATURE-----");
    });

    it("that cannot be met stops the commit", async () => {
      sign(join(scratch.root, "no-such-key"));
      scratch.write("a.txt", "two\n");
      await expect(git.commitPaths({ paths: ["a.txt"], message: "No" })).rejects.toMatchObject({
        code: "E_GIT",
      });
      expect(commits()).toBe(1);
    });
  });

  describe("a linked worktree", () => {
    it("is a repository, and commits go to its branch", async () => {
      const tree = join(scratch.root, "tree");
      scratch.git("worktree", "add", "-q", tree, "-b", "side");
      const linked = await chooseGit(scratch.host(), tree);
      expect(await linked.isRepository()).toBe(true);
      writeFileSync(join(tree, "c.txt"), new Uint8Array([0, 255]));
      const commit = await linked.commitPaths({ paths: ["c.txt"], message: "In the tree" });
      expect(await linked.head()).toEqual({ branch: "side", commit });
      expect(scratch.git("rev-parse", "side").trim()).toBe(commit);
      expect(await linked.readFileAt("HEAD", "c.txt")).toEqual(Buffer.from([0, 255]));
      expect(await linked.status()).toMatchObject({ branch: "side", modified: 0, untracked: 0 });
    });

    it("tells its own merge in progress", async () => {
      const tree = join(scratch.root, "tree");
      scratch.git("worktree", "add", "-q", tree, "-b", "side");
      scratch.gitIn(tree, "commit", "-q", "--allow-empty", "-m", "x");
      scratch.git("commit", "-q", "--allow-empty", "-m", "y");
      scratch.gitIn(tree, "merge", "-q", "--no-commit", "--no-ff", "trunk");
      const linked = await chooseGit(scratch.host(), tree);
      expect((await linked.status()).inProgress).toBe("merge");
      expect((await git.status()).inProgress).toBeUndefined();
      await expect(linked.untrack({ paths: ["a.txt"], message: "No" })).rejects.toMatchObject({
        code: "E_GIT",
      });
    });
  });

  it("works in a sha256 repository", async () => {
    const directory = join(scratch.root, "sha256");
    scratch.gitIn(scratch.root, "init", "-q", "--object-format=sha256", directory);
    const modern = await chooseGit(scratch.host(), directory);
    writeFileSync(join(directory, "a.txt"), "x");
    const commit = await modern.commitPaths({ paths: ["a.txt"], message: "First" });
    expect(commit).toMatch(/^[0-9a-f]{64}$/);
    expect(text(await modern.readFileAt("HEAD", "a.txt"))).toBe("x");
  });

  it("refuses a named path with an unresolved conflict", async () => {
    scratch.write("a.txt", "stashed\n");
    scratch.git("stash", "-q");
    scratch.write("a.txt", "other\n");
    await git.commitPaths({ paths: ["a.txt"], message: "Other" });
    expect(() => scratch.git("stash", "pop")).toThrow();
    const attempt = git.commitPaths({ paths: ["a.txt"], message: "No" });
    await expect(attempt).rejects.toMatchObject({
      code: "E_GIT",
      message: expect.stringContaining("conflict"),
    });
  });

  describe("push", () => {
    it("sets the upstream the first time, then has nothing to do, then pushes on", async () => {
      scratch.git("remote", "add", "origin", remote());
      const done = { remote: "origin", branch: "trunk" };
      expect(await git.push({ timeoutMs: 30_000 })).toEqual({ state: "pushed", ...done });
      expect(await git.status()).toMatchObject({ upstream: "origin/trunk", ahead: 0, behind: 0 });
      expect(await git.push({ timeoutMs: 30_000 })).toEqual({ state: "up-to-date", ...done });
      scratch.write("a.txt", "two\n");
      const commit = await git.commitPaths({ paths: ["a.txt"], message: "Two" });
      expect(await git.push({ timeoutMs: 30_000 })).toEqual({ state: "pushed", ...done });
      expect(scratch.gitIn(join(scratch.root, "far.git"), "rev-parse", "trunk").trim()).toBe(commit);
    });

    it("goes to an upstream of another name", async () => {
      scratch.git("remote", "add", "backup", remote());
      scratch.git("push", "-q", "-u", "backup", "trunk:main");
      scratch.git("commit", "-q", "--allow-empty", "-m", "x");
      expect(await git.push({ timeoutMs: 30_000 })).toEqual({
        state: "pushed",
        remote: "backup",
        branch: "trunk",
      });
      expect(scratch.gitIn(join(scratch.root, "far.git"), "branch", "--list").trim()).toBe("main");
    });

    it("that the remote refuses is told, and forces nothing", async () => {
      scratch.git("remote", "add", "origin", remote());
      await git.push({ timeoutMs: 30_000 });
      scratch.git("commit", "-q", "--allow-empty", "-m", "theirs");
      scratch.git("push", "-q");
      const theirs = scratch.git("rev-parse", "HEAD").trim();
      scratch.git("reset", "-q", "--hard", "HEAD~1");
      scratch.git("commit", "-q", "--allow-empty", "-m", "ours");
      expect(await git.push({ timeoutMs: 30_000 })).toMatchObject({
        state: "failed",
        reason: "rejected",
        remote: "origin",
      });
      expect(scratch.gitIn(join(scratch.root, "far.git"), "rev-parse", "trunk").trim()).toBe(theirs);
    });

    it("runs the user's pre-push hook", async () => {
      scratch.git("remote", "add", "origin", remote());
      scratch.hook("pre-push", 1);
      expect(await git.push({ timeoutMs: 30_000 })).toMatchObject({ state: "failed" });
      expect(readFileSync(join(scratch.root, "hooks-run"), "utf8")).toBe("pre-push\n");
    });

    /** ssh in place of the real one: writes its arguments down, then does what it is told. */
    const sshDouble = (body: string): string => {
      const file = join(scratch.root, "ssh");
      writeFileSync(file, `#!/bin/sh\necho "$@" > '${scratch.root}/ssh-arguments'\n${body}\n`);
      chmodSync(file, 0o755);
      return file;
    };

    it("to a remote that hangs ends at the time limit and says so", async () => {
      const hanging = await chooseGit(scratch.host({ GIT_SSH_COMMAND: sshDouble("exec sleep 60") }), scratch.home);
      scratch.git("remote", "add", "origin", "git@hanging.invalid:home.git");
      const result = await hanging.push({ timeoutMs: 400 });
      expect(result).toMatchObject({
        state: "failed",
        reason: "timeout",
        message: expect.stringContaining("0.4 s (time limit)"),
      });
    });

    it("never lets ssh ask", async () => {
      const ssh = sshDouble('echo "Permission denied" >&2; exit 255');
      const asked = await chooseGit(scratch.host({ GIT_SSH_COMMAND: `${ssh} -i my-key` }), scratch.home);
      scratch.git("remote", "add", "origin", "git@host.invalid:home.git");
      expect(await asked.push({ timeoutMs: 30_000 })).toMatchObject({
        state: "failed",
        reason: "unreachable",
      });
      expect(readFileSync(join(scratch.root, "ssh-arguments"), "utf8")).toMatch(/^-i my-key -o BatchMode=yes /);
    });

    it("uses the user's core.sshCommand", async () => {
      scratch.git("config", "core.sshCommand", sshDouble("exit 255"));
      scratch.git("remote", "add", "origin", "git@host.invalid:home.git");
      await git.push({ timeoutMs: 30_000 });
      expect(readFileSync(join(scratch.root, "ssh-arguments"), "utf8")).toMatch(/^-o BatchMode=yes /);
    });
  });
});
