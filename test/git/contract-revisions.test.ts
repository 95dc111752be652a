import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import type { Git } from "../../src/git/git.ts";
import { createScratch, type Scratch } from "./scratch.ts";

describe.each(["native", "isomorphic"] as const)("git, %s back end: revisions", (id) => {
  let scratch: Scratch;
  let git: Git;
  const ids: string[] = [];

  /** One commit a day, at noon UTC, from 18 November on. */
  function commit(day: number): string {
    scratch.write("a.txt", `${day}\n`);
    scratch.git("add", "-A");
    const date = `2026-11-${day}T12:00:00Z`;
    const env = { ...scratch.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date };
    execFileSync("git", ["commit", "-q", "-m", `day ${day}`], { cwd: scratch.home, env });
    return scratch.git("rev-parse", "HEAD").trim();
  }

  beforeEach(async () => {
    scratch = createScratch();
    git = await chooseGit(scratch.host(), scratch.home, id);
    await git.init();
    ids.splice(0, ids.length, ...[18, 19, 20].map(commit));
    scratch.git("tag", "light", ids[0] ?? "");
    scratch.git("tag", "-a", "-m", "x", "heavy", ids[1] ?? "");
    scratch.git("branch", "side", ids[0] ?? "");
  });
  afterEach(() => scratch.remove());

  it("are found by branch, tag, id and short id", async () => {
    const [first, second, third] = ids;
    expect(await git.resolveRevision("side")).toBe(first);
    expect(await git.resolveRevision("light")).toBe(first);
    expect(await git.resolveRevision("heavy")).toBe(second);
    expect(await git.resolveRevision("HEAD")).toBe(third);
    expect(await git.resolveRevision(third ?? "")).toBe(third);
    expect(await git.resolveRevision((second ?? "").slice(0, 8))).toBe(second);
  });

  it("are found by steps back", async () => {
    expect(await git.resolveRevision("HEAD~1")).toBe(ids[1]);
    expect(await git.resolveRevision("HEAD^^")).toBe(ids[0]);
    expect(await git.resolveRevision("heavy~")).toBe(ids[0]);
    expect(await git.resolveRevision("HEAD~9")).toBeUndefined();
  });

  it.each(["nowhere", "--all", "0123456789", "2 days ago", "", "a b"])("%j is none", async (name) => {
    expect(await git.resolveRevision(name)).toBeUndefined();
  });

  it("are found by time: the newest that was there then", async () => {
    expect(await git.commitAt(new Date("2026-11-19T12:00:00Z"))).toBe(ids[1]);
    expect(await git.commitAt(new Date("2026-11-20T11:59:59Z"))).toBe(ids[1]);
    expect(await git.commitAt(new Date("2030-01-01T00:00:00Z"))).toBe(ids[2]);
    expect(await git.commitAt(new Date("2026-11-01T00:00:00Z"))).toBeUndefined();
  });

  it("have files, with what kind they are", async () => {
    // isomorphic-git begins repositories in which the bit of a file says nothing.
    scratch.git("config", "core.filemode", "true");
    scratch.write("plugins/x/run.sh", "echo\n");
    scratch.write("plugins/x/deep/é.txt", "x\n");
    scratch.write("plugins/xy/other.txt", "x\n");
    chmodSync(join(scratch.home, "plugins/x/run.sh"), 0o755);
    symlinkSync("run.sh", join(scratch.home, "plugins/x/link"));
    const commitId = commit(21);
    const files = await git.filesAt({ commit: commitId, folder: join(scratch.home, "plugins/x") });
    expect(files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: "plugins/x/deep/é.txt", type: "file", executable: false },
      { path: "plugins/x/link", type: "link", executable: false },
      { path: "plugins/x/run.sh", type: "file", executable: true },
    ]);
    expect(await git.filesAt({ commit: ids[0] ?? "", folder: "plugins/x" })).toEqual([]);
  });
});
