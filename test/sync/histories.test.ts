import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addServer, createFleet, MANIFEST, succeed, wired, type TestFleet, type TestMachine } from "./machines.ts";

/** Everything a refused sync must leave as it is. */
function picture(machine: TestMachine): readonly string[] {
  return [
    machine.git("for-each-ref", "refs/heads", "refs/atk"),
    machine.git("status", "--porcelain=v2"),
    machine.read(".atk/atk.yaml"),
    wired(machine).join(" "),
  ];
}

async function refused(machine: TestMachine, ...words: readonly string[]): Promise<string> {
  const before = picture(machine);
  const { code, stderr } = await machine.atk("sync", "--yes", ...words);
  expect(code, stderr).toBe(7);
  expect(picture(machine)).toEqual(before);
  return stderr;
}

/** Another history at the remote than the one that was there: the newest commit is taken out and another put on top. */
function rewrite(fleet: TestFleet, machine: TestMachine): void {
  machine.git("fetch", "-q");
  machine.git("worktree", "add", "-q", "--detach", `${fleet.root}/rewrite`, "origin/main~1");
  fleet.gitIn(`${fleet.root}/rewrite`, "commit", "-q", "--allow-empty", "-m", "Rewritten");
  fleet.gitIn(`${fleet.root}/rewrite`, "push", "-q", "--force", fleet.remote, "HEAD:main");
  machine.git("worktree", "remove", `${fleet.root}/rewrite`);
}

describe("a remote that is not there yet", () => {
  it("without a remote says how to add one", async () => {
    const fleet = createFleet();
    const a = fleet.machine("a");
    await succeed(a.atk("init", "--agent", "cursor"));
    expect(await refused(a)).toContain("next: atk git remote add origin URL, then atk sync");
  });

  it("that is empty gets the home, and becomes the upstream", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    expect(a.git("rev-parse", "--abbrev-ref", "@{upstream}").trim()).toBe("origin/main");
    expect(fleet.gitIn(fleet.remote, "rev-parse", "main")).toBe(a.git("rev-parse", "HEAD"));
  });

  it("of a home without any commit: its own files are committed first", async () => {
    const fleet = createFleet();
    const a = fleet.machine("a");
    a.write(".atk/atk.yaml", MANIFEST);
    a.git("init", "-q", "-b", "main");
    a.git("remote", "add", "origin", fleet.remote);
    await succeed(a.atk("sync", "--yes"));
    expect(fleet.gitIn(fleet.remote, "log", "--format=%s", "main")).toContain("Edit by hand");
  });

  it("that has another branch is not given a second one", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    a.git("branch", "-m", "master");
    a.git("branch", "--unset-upstream");
    expect(await refused(a)).toContain("origin has no branch master, it has main");
  });

  it("that was reached under another name of the branch is followed", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    a.git("branch", "-m", "here");
    addServer(a, "one");
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    expect(wired(b)).toEqual(["one", "zero"]);
  });
});

describe("a history that a person has to look at", () => {
  it("is refused when it shares no commit with ours, and joined on request", async () => {
    const fleet = createFleet();
    await fleet.joined("a");
    const b = fleet.machine("b");
    // Another agent than the other home's: two equal commits of one second would be one.
    await succeed(b.atk("init", "--agent", "codex"));
    b.write(".atk/atk.yaml", MANIFEST.replaceAll("zero", "mine"));
    b.git("commit", "-qam", "Mine");
    b.git("remote", "add", "origin", fleet.remote);
    expect(await refused(b)).toContain("share no commit");
    await succeed(b.atk("sync", "--yes", "--accept-unrelated", "--prefer", "theirs"));
    expect(wired(b)).toEqual(["mine", "zero"]);
    expect(b.git("log", "--format=%s")).toContain("Mine");
  });

  it("is refused when the remote was rewritten; taken on request, with our own edits on it, and the old one is kept", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    addServer(a, "leaked");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    const old = b.git("rev-parse", "HEAD").trim();
    rewrite(fleet, a);
    addServer(b, "own");
    b.git("commit", "-qam", "Own");
    expect(await refused(b)).toContain("origin/main was rewritten: 1 commit");
    await succeed(b.atk("sync", "--yes", "--accept-rewritten"));
    expect(wired(b)).toEqual(["own", "zero"]);
    expect(b.git("log", "--format=%H")).not.toContain(old);
    expect(b.git("log", "--all", "--format=%H")).toContain(old);
    expect(b.git("for-each-ref", "refs/atk/before-sync")).not.toBe("");
    expect(b.git("status", "--porcelain")).toBe("");
    await succeed(b.atk("sync", "--yes"));
  });

  it("is still known to be rewritten when git itself has fetched it already", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    addServer(a, "leaked");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    rewrite(fleet, a);
    b.git("fetch", "-q");
    expect(await refused(b)).toContain("was rewritten");
  });
});

describe("a repository in the middle of something", () => {
  it("with a detached HEAD is left alone", async () => {
    const a = await createFleet().joined("a");
    a.git("checkout", "-q", "--detach");
    expect(await refused(a)).toContain("next: atk git switch main");
  });

  it("with a merge in progress is left alone", async () => {
    const a = await createFleet().joined("a");
    a.git("checkout", "-qb", "side");
    a.git("commit", "-q", "--allow-empty", "-m", "side");
    a.git("checkout", "-q", "main");
    a.git("merge", "-q", "--no-ff", "--no-commit", "side");
    expect(await refused(a)).toContain("a merge is in progress");
  });

  it("whose index another git holds puts everything back", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    addServer(a, "one");
    await succeed(a.atk("sync", "--yes"));
    b.write(".atk/.git/index.lock", "");
    const { code, stderr } = await b.atk("sync", "--yes");
    expect(code, stderr).toBe(7);
    expect(b.read(".atk/atk.yaml")).not.toContain("one");
    rmSync(b.path(".atk/.git/index.lock"));
    await succeed(b.atk("sync", "--yes"));
    expect(wired(b)).toEqual(["one", "zero"]);
  });
});

describe("files of the user's that are not committed", () => {
  it("stay untouched, staged or not, when the merge does not need them", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    a.write(".atk/mine.md", "one\n");
    a.git("add", "mine.md");
    a.git("commit", "-qm", "Mine");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    addServer(a, "one");
    await succeed(a.atk("sync", "--yes"));
    b.write(".atk/mine.md", "two\n");
    b.write(".atk/staged.md", "staged\n");
    b.write(".atk/untracked.md", "untracked\n");
    b.git("add", "staged.md");
    const before = b.git("status", "--porcelain");
    await succeed(b.atk("sync", "--yes"));
    expect(b.git("status", "--porcelain")).toBe(before);
    expect(wired(b)).toEqual(["one", "zero"]);
    expect(fleet.gitIn(fleet.remote, "ls-tree", "--name-only", "main")).not.toContain("staged");
  });

  it("are named, and nothing is changed, when the merge needs them", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    a.write(".atk/notes.md", "one\n");
    a.git("add", "notes.md");
    a.git("commit", "-qm", "Notes");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    a.write(".atk/notes.md", "two\n");
    a.write(".atk/new.md", "theirs\n");
    a.git("add", "new.md");
    a.git("commit", "-qam", "More");
    await succeed(a.atk("sync", "--yes"));
    b.write(".atk/notes.md", "mine\n");
    expect(await refused(b)).toContain("changed and not committed: notes.md");
    b.write(".atk/notes.md", "one\n");
    b.write(".atk/new.md", "mine\n");
    expect(await refused(b)).toContain("there already, and not known to git: new.md");
    b.write(".atk/new.md", "theirs\n");
    await succeed(b.atk("sync", "--yes"));
    expect(b.git("status", "--porcelain")).toBe("");
  });

  it("are never written through a link that leads out of the home", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    a.write(".atk/docs/new.md", "theirs\n");
    a.git("add", "docs");
    a.git("commit", "-qm", "Docs");
    await succeed(a.atk("sync", "--yes"));
    mkdirSync(b.path("elsewhere"));
    symlinkSync(b.path("elsewhere"), b.path(".atk/docs"));
    expect(await refused(b)).toContain("not known to git: docs");
    expect(b.exists("elsewhere/new.md")).toBe(false);
  });
});

describe("what cannot be merged", () => {
  it("by lines is named with the next step, and nothing is changed", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    a.write(".atk/notes.md", "one\n");
    a.git("add", "notes.md");
    a.git("commit", "-qm", "Notes");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    for (const [machine, text] of [
      [a, "left\n"],
      [b, "right\n"],
    ] as const) {
      machine.write(".atk/notes.md", text);
      machine.git("commit", "-qam", text.trim());
    }
    await succeed(a.atk("sync", "--yes"));
    const said = await refused(b);
    expect(said).toContain("notes.md has lines that were changed here and at the remote");
    expect(said).toContain("next: atk git merge origin/main");
  });

  it("because the remote's manifest is broken is said with its place, and this machine keeps its own", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    a.edit(".atk/atk.yaml", "plugins: []", "plugins: {");
    a.git("commit", "-qam", "Broken");
    a.git("push", "-q");
    const { code, stderr } = await b.atk("sync", "--yes");
    expect(code).toBe(5);
    expect(stderr).toContain("with what origin/main has");
    expect(b.read(".atk/atk.yaml")).toBe(MANIFEST);
  });
});

describe("modes, links, folders and other contents", () => {
  it("come as they are at the other machine, and go again", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    a.write(".atk/bin/tool", "#!/bin/sh\n");
    a.write(".atk/data.bin", "\u0000\u0001\uFFFD");
    symlinkSync("atk.yaml", a.path(".atk/link"));
    fleet.gitIn(a.path(".atk"), "add", "--chmod=+x", "bin/tool");
    a.git("add", ".");
    a.git("update-index", "--chmod=+x", "bin/tool");
    a.git("commit", "-qm", "Things");
    a.git("checkout", "-q", "--", ".");
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    expect(b.git("status", "--porcelain")).toBe("");
    expect(b.read(".atk/data.bin")).toBe("\u0000\u0001\uFFFD");
    expect(b.git("ls-files", "-s", "bin/tool")).toMatch(/^100755/);
    a.git("rm", "-rq", "bin", "link", "data.bin");
    a.git("commit", "-qm", "Gone");
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    expect(b.git("status", "--porcelain")).toBe("");
    for (const name of ["bin", "link", "data.bin"]) expect(b.exists(`.atk/${name}`)).toBe(false);
  });

  it("have the line ends that this machine's git makes", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    a.write(".atk/.gitattributes", "*.txt text eol=crlf\n");
    a.git("add", ".");
    a.git("commit", "-qm", "Attributes");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    a.write(".atk/lines.txt", "one\r\ntwo\r\n");
    a.git("add", ".");
    a.git("commit", "-qm", "Lines");
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    expect(b.read(".atk/lines.txt")).toBe("one\r\ntwo\r\n");
    expect(b.git("status", "--porcelain")).toBe("");
  });
});
