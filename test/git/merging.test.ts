import { chmodSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import type { Git } from "../../src/git/git.ts";
import { serveNothing, serveRepositories, type HttpRemote } from "./http-remote.ts";
import { beginRepository, createScratch, text, type Scratch } from "./scratch.ts";

const LIMIT = { timeoutMs: 60_000 };
const HEAD_COMMIT = /^[0-9a-f]{40}$/;

describe.each(["native", "isomorphic"] as const)("bringing histories together, %s back end", (id) => {
  let scratch: Scratch;
  let git: Git;
  let server: HttpRemote;
  const rev = (name: string): string => scratch.git("rev-parse", name).trim();

  beforeEach(async () => {
    scratch = createScratch();
    git = await chooseGit(scratch.host(), scratch.home, id);
    await beginRepository(scratch, git);
    scratch.gitIn(scratch.root, "init", "-q", "--bare", "--initial-branch=trunk", "far.git");
    scratch.gitIn(join(scratch.root, "far.git"), "config", "http.receivepack", "true");
    server = await serveRepositories(scratch.root, scratch.env);
    scratch.git("remote", "add", "origin", `${server.url}/far.git`);
  });
  afterEach(async () => {
    await server.close();
    scratch.remove();
  });

  describe("fetch", () => {
    const far = { state: "fetched", remote: "origin", branch: "trunk" };

    it("of an empty remote finds no commit", async () => {
      expect(await git.fetch(LIMIT)).toEqual({ ...far, isUpstream: false });
    });

    it("gives the remote's commit and what was known before, and moves no branch of ours", async () => {
      await git.push(LIMIT);
      const begin = rev("HEAD");
      const theirs = scratch.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "theirs").trim();
      scratch.git("push", "-q", join(scratch.root, "far.git"), `${theirs}:refs/heads/trunk`);
      expect(await git.fetch(LIMIT)).toEqual({ ...far, isUpstream: true, before: begin, commit: theirs });
      expect(rev("HEAD")).toBe(begin);
      expect(rev("refs/remotes/origin/trunk")).toBe(theirs);
    });

    it("of a remote with another branch only names it", async () => {
      scratch.git("push", "-q", join(scratch.root, "far.git"), "trunk");
      scratch.git("branch", "-m", "mine");
      expect(await git.fetch(LIMIT)).toMatchObject({ state: "fetched", branch: "mine", otherBranch: "trunk" });
    });

    it("without a remote, or without a branch, is skipped", async () => {
      scratch.git("checkout", "-q", "--detach");
      expect(await git.fetch(LIMIT)).toEqual({ state: "skipped", reason: "detached" });
      scratch.git("checkout", "-q", "trunk");
      scratch.git("remote", "remove", "origin");
      expect(await git.fetch(LIMIT)).toEqual({ state: "skipped", reason: "no-remote" });
    });

    it("of a remote that never answers ends at the time limit; of one that is away, at once", async () => {
      const silent = await serveNothing();
      scratch.git("remote", "set-url", "origin", `${silent.url}/far.git`);
      expect(await git.fetch({ timeoutMs: 500 })).toMatchObject({ state: "failed", reason: "timeout" });
      await silent.close();
      expect(await git.fetch(LIMIT)).toMatchObject({ state: "failed", reason: "unreachable", remote: "origin" });
    });
  });

  it("a commit of given contents with two parents: nothing points to it, the index and the files stay", async () => {
    const ours = rev("HEAD");
    const theirs = scratch.git("commit-tree", "HEAD^{tree}", "-m", "theirs").trim();
    const edits = new Map([
      ["a.txt", { mode: "100644", text: "two\n" }],
      ["deep/er/c.txt", { mode: "100755", text: "new\n" }],
      ["b.txt", undefined],
    ]);
    const commit = await git.writeCommit({ base: ours, edits, parents: [ours, theirs], message: "Merge" });
    expect(commit).toMatch(HEAD_COMMIT);
    expect(scratch.git("log", "-1", "--format=%P %s %an", commit).trim()).toBe(`${ours} ${theirs} Merge Ada Lovelace`);
    expect(scratch.git("ls-tree", "-r", "--name-only", commit)).toBe("a.txt\ndeep/er/c.txt\n");
    expect(scratch.git("status", "--porcelain")).toBe("");
    expect(rev("HEAD")).toBe(ours);
    expect((await git.entriesAt(commit)).get("deep/er/c.txt")?.mode).toBe("100755");
    const files = await git.checkedOut(commit, ["a.txt", "deep/er/c.txt"]);
    const [a, c] = [files.get("a.txt"), files.get("deep/er/c.txt")];
    expect(a?.type === "file" ? text(a.bytes) : undefined).toBe("two\n");
    expect(c).toMatchObject({ type: "file", isExecutable: true });
  });

  it("a link is checked out as a link; bytes that are no text are no text", async () => {
    symlinkSync("a.txt", join(scratch.home, "link"));
    scratch.write("data", new Uint8Array([0, 255, 254]));
    chmodSync(join(scratch.home, "data"), 0o644);
    await git.commitPaths({ paths: ["link", "data"], message: "More" });
    const files = await git.checkedOut(rev("HEAD"), ["link", "data"]);
    expect(files.get("link")).toEqual({ type: "link", target: "a.txt" });
    const data = files.get("data");
    expect(data?.type === "file" ? [...data.bytes] : []).toEqual([0, 255, 254]);
    const entries = await git.entriesAt("HEAD");
    expect(await git.blobText(entries.get("data")?.id ?? "")).toBeUndefined();
    expect(await git.blobText(entries.get("a.txt")?.id ?? "")).toBe("one\n");
  });

  it("moves a branch and the index for the paths, again without effect, and not when it is elsewhere", async () => {
    const from = rev("HEAD");
    scratch.write("staged.txt", "staged\n");
    scratch.git("add", "staged.txt");
    const edits = new Map([
      ["a.txt", { mode: "100644", text: "two\n" }],
      ["b.txt", undefined],
    ] as const);
    const to = await git.writeCommit({ base: from, edits, parents: [from], message: "Two" });
    scratch.write("a.txt", "two\n");
    rmSync(join(scratch.home, "b.txt"));
    const move = { branch: "trunk", from, to, paths: ["a.txt", "b.txt"], reason: "test" };
    expect(await git.moveBranch(move)).toBe(true);
    expect(await git.moveBranch(move)).toBe(true);
    expect(rev("HEAD")).toBe(to);
    expect(scratch.git("status", "--porcelain")).toBe("A  staged.txt\n");
    expect(await git.moveBranch({ ...move, from: to, to: from, branch: "other" })).toBe(false);
    scratch.git("commit", "-q", "-m", "more");
    expect(await git.moveBranch(move)).toBe(false);
  });

  it("knows what differs from HEAD, staged or not, and not what git does not know", async () => {
    scratch.write("a.txt", "two\n");
    scratch.write("new.txt", "new\n");
    scratch.write("unknown.txt", "unknown\n");
    scratch.git("add", "new.txt");
    expect([...(await git.dirtyPaths())].sort()).toEqual(["a.txt", "new.txt"]);
  });

  it("finds where histories part, and counts what one has more", async () => {
    const begin = rev("HEAD");
    const one = scratch.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "one").trim();
    const two = scratch.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "two").trim();
    const other = scratch.git("commit-tree", "HEAD^{tree}", "-m", "other").trim();
    expect(await git.mergeBase(one, two)).toBe(begin);
    expect(await git.mergeBase(one, begin)).toBe(begin);
    expect(await git.mergeBase(one, other)).toBeUndefined();
    expect(await git.countCommits(one, two)).toBe(1);
    expect(await git.countCommits(two, begin)).toBe(0);
  });

  it("writes, lists and takes away references of its own", async () => {
    const head = rev("HEAD");
    await git.writeRef("refs/atk/before-sync/two", head);
    await git.writeRef("refs/atk/before-sync/one", head);
    expect(await git.listRefs("refs/atk/before-sync/")).toEqual([
      "refs/atk/before-sync/one",
      "refs/atk/before-sync/two",
    ]);
    expect(await git.readRef("refs/atk/before-sync/one")).toBe(head);
    await git.writeRef("refs/atk/before-sync/one", undefined);
    expect(await git.readRef("refs/atk/before-sync/one")).toBeUndefined();
  });
});
