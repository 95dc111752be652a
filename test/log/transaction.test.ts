import { describe, expect, it } from "vitest";
import type { Files } from "../../src/core/host.ts";
import type { FileChange } from "../../src/host/file-change.ts";
import { createMemoryHost, type MemoryHost } from "../../src/host/memory-host.ts";
import { readBeforeImage } from "../../src/log/before-images.ts";
import { hasOpenJournal, prepare, recover, type Transaction, type TransactionContext } from "../../src/log/transaction.ts";
import { ABSENT, fileWith, link, linkTo, remove, write } from "./changes.ts";
import { Crash, crashingFiles, guardedFiles, refusingFiles } from "./faulty-files.ts";
import { treeOf } from "./tree.ts";

const HOME = "/home/mia";
const STATE = `${HOME}/.local/state/atk/home`;
const CLAUDE = `${HOME}/.claude.json`;
const CODEX = `${HOME}/.codex/config.toml`;

function contextFor(files: Files): TransactionContext {
  return { files, directory: STATE, now: () => new Date("2026-11-21T08:00:00Z") };
}

function start(files: Files, ...changes: readonly FileChange[]): Promise<Transaction> {
  return prepare({ label: "apply", changes, note: null }, contextFor(files));
}

async function apply(files: Files, ...changes: readonly FileChange[]): Promise<void> {
  const transaction = await start(files, ...changes);
  await transaction.commit();
  await transaction.close();
}

function host(files: Readonly<Record<string, string>> = { [CLAUDE]: "old\n" }): MemoryHost {
  return createMemoryHost({ files });
}

async function textAt({ files }: MemoryHost, path: string): Promise<string | undefined> {
  const bytes = await files.read(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** Everything but the directory that atk keeps for itself. */
async function userTree({ files }: MemoryHost): Promise<Readonly<Record<string, string>>> {
  const tree = await treeOf(files, HOME);
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith(".local")));
}

const NEW = write(CLAUDE, "new\n", fileWith("old\n"));

describe("prepare", () => {
  it("changes no file that anybody reads", async () => {
    const world = host();
    await start(world.files, NEW, write(CODEX, "x", ABSENT));
    expect(await textAt(world, CLAUDE)).toBe("old\n");
    expect(await world.files.stat(CODEX)).toBeUndefined();
  });

  it("names every staged path in the journal before it stages anything", async () => {
    const world = host();
    const created: string[] = [];
    const { files } = guardedFiles(world.files, (call, path) => {
      if (call === "create") created.push(path);
    });
    await start(files, NEW, write(CODEX, "x", ABSENT));
    const journal = (await textAt(world, `${STATE}/journal.jsonl`)) ?? "";
    expect(created[0]).toBe(`${STATE}/journal.jsonl`);
    const staged = created.filter((path) => path.includes(".atk-"));
    expect(staged).toHaveLength(2);
    for (const path of staged) expect(journal).toContain(path);
  });

  it("puts no content into the journal", async () => {
    const world = host({ [CLAUDE]: "token sk-old-1\n" });
    await start(world.files, write(CLAUDE, "token sk-new-2\n", fileWith("token sk-old-1\n")));
    expect(await textAt(world, `${STATE}/journal.jsonl`)).not.toMatch(/sk-/);
  });

  it("keeps all that it stores in a directory and files for the user alone", async () => {
    const world = host();
    world.files.hardLink = async (_from, to) => world.files.create(to, new TextEncoder().encode("old\n"), 0o600);
    await start(world.files, NEW);
    const tree = await treeOf(world.files, STATE);
    const modes = Object.values(tree).map((entry) => entry.split(" ").slice(0, 2).join(" "));
    expect(modes.length).toBeGreaterThan(5);
    expect(new Set(modes)).toEqual(new Set(["directory 700", "file 600"]));
    expect((await world.files.stat(STATE))?.mode).toBe(0o700);
  });

  it("writes nothing at all when everything is there already", async () => {
    const world = host({ [CLAUDE]: "new\n" });
    world.fs.symlinkSync("target", `${HOME}/link`);
    const counted = crashingFiles(world.files, Number.POSITIVE_INFINITY);
    const before = await world.files.stat(CLAUDE);
    await apply(counted.files, NEW, link(`${HOME}/link`, "target", ABSENT), remove(`${HOME}/gone`, fileWith("x")));
    expect(counted.calls()).toBe(0);
    expect(await world.files.stat(CLAUDE)).toEqual(before);
  });

  it("leaves a file that is equal already untouched while it changes others", async () => {
    const world = host({ [CLAUDE]: "new\n" });
    const before = await world.files.stat(CLAUDE);
    await apply(world.files, NEW, write(CODEX, "x", ABSENT));
    expect(await world.files.stat(CLAUDE)).toEqual(before);
    expect(await textAt(world, CODEX)).toBe("x");
  });

  it("refuses a machine that moved since the plan, naming the path", async () => {
    const world = host({ [CLAUDE]: "by hand\n" });
    await expect(start(world.files, NEW)).rejects.toMatchObject({ code: "E_STALE", message: expect.stringContaining(CLAUDE) });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 by hand\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });

  it.each([
    ["a directory", (world: MemoryHost) => world.fs.mkdirSync(CLAUDE), /it is a directory/],
    ["a link into nowhere", (world: MemoryHost) => world.fs.symlinkSync("/gone/x.json", CLAUDE), /\/gone\/x.json does not exist/],
    ["a link to itself", (world: MemoryHost) => world.fs.symlinkSync(CLAUDE, CLAUDE), /ELOOP/],
    ["a read-only file", (world: MemoryHost) => {
      world.fs.writeFileSync(CLAUDE, "old\n");
      world.fs.chmodSync(CLAUDE, 0o444);
    }, /read-only/],
  ])("refuses %s in the place of a file, with a next step", async (_name, make, message) => {
    const world = host({});
    make(world);
    const before = await userTree(world);
    await expect(start(world.files, NEW)).rejects.toMatchObject({ code: "E_FILE", message: expect.stringMatching(message), hint: expect.any(String) });
    expect(await userTree(world)).toEqual(before);
  });

  it("refuses a file in the place of a directory", async () => {
    const world = host({ [`${HOME}/.codex`]: "a file\n" });
    await expect(start(world.files, write(CODEX, "x", ABSENT))).rejects.toThrow(`cannot use ${HOME}/.codex as a directory`);
  });

  it("refuses to take a file over from another user", async () => {
    const world = host();
    world.fs.chownSync(CLAUDE, 4711, 4711);
    await expect(start(world.files, NEW)).rejects.toMatchObject({ code: "E_FILE", message: expect.stringContaining("uid 4711") });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });

  it("refuses two different contents for one file that is reached under two names", async () => {
    const world = host({ [`${HOME}/AGENTS.md`]: "rules\n" });
    world.fs.symlinkSync("AGENTS.md", `${HOME}/CLAUDE.md`);
    const agents = write(`${HOME}/AGENTS.md`, "rules\nA\n", fileWith("rules\n"));
    const claude = write(`${HOME}/CLAUDE.md`, "rules\nB\n", fileWith("rules\n"));
    await expect(start(world.files, agents, claude)).rejects.toThrow(/one file/);
    await apply(world.files, agents, { ...claude, bytes: agents.bytes });
    expect(await userTree(world)).toEqual({ "AGENTS.md": "file 666 rules\nA\n", "CLAUDE.md": "link AGENTS.md" });
  });

  it("refuses to begin while an earlier transaction is open", async () => {
    const world = host();
    await start(world.files, NEW);
    await expect(start(world.files, NEW)).rejects.toMatchObject({ code: "E_HALF_WAY", hint: "atk apply" });
  });

  it.each(["ENOSPC", "EDQUOT", "EACCES", "EROFS"])("takes everything staged away when the system says %s, and says so", async (code) => {
    const world = host();
    const files = refusingFiles(world.files, code, (call, path) => call === "create" && path.includes("config.toml.atk-"));
    const refused = start(files, NEW, write(CODEX, "x", ABSENT), write(`${HOME}/b`, "x", ABSENT));
    await expect(refused).rejects.toMatchObject({ code: "E_FILE", message: expect.stringContaining(`(${code})`), at: { file: CODEX } });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 old\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
    expect(Object.keys(await treeOf(world.files, STATE)).filter((path) => path.startsWith("tx"))).toEqual([]);
  });

  it("leaves nothing behind when the disk is full for the journal too", async () => {
    const world = host();
    const files = refusingFiles(world.files, "ENOSPC", (call, path) => call === "append" && path.endsWith("journal.jsonl"));
    await expect(start(files, NEW)).rejects.toThrow("ENOSPC");
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 old\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });
});

describe("commit", () => {
  it.each([0o600, 0o640, 0o644, 0o755])("keeps the permission bits %o of a file that was there", async (mode) => {
    const world = host();
    world.fs.chmodSync(CLAUDE, mode);
    await apply(world.files, NEW);
    expect(await userTree(world)).toEqual({ ".claude.json": `file ${mode.toString(8)} new\n` });
  });

  it("gives the permission bits of the change when it says so, also when the content stays", async () => {
    const world = host();
    await apply(world.files, { ...NEW, mode: 0o755, forceMode: true });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 755 new\n" });
    await apply(world.files, { ...write(CLAUDE, "new\n", fileWith("new\n"), 0o700), forceMode: true });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 700 new\n" });
  });

  it("writes through a link, a link to a link and a link in the path, and keeps all of them", async () => {
    const world = host({ [`${HOME}/dotfiles/claude.json`]: "old\n" });
    world.fs.symlinkSync("dotfiles/claude.json", `${HOME}/middle`);
    world.fs.symlinkSync("middle", CLAUDE);
    world.fs.symlinkSync("dotfiles", `${HOME}/.codex`);
    await apply(world.files, NEW, write(CODEX, "x", ABSENT));
    expect(await userTree(world)).toEqual({
      ".claude.json": "link middle",
      ".codex": "link dotfiles",
      dotfiles: "directory 777",
      "dotfiles/claude.json": "file 666 new\n",
      "dotfiles/config.toml": "file 644 x",
      middle: "link dotfiles/claude.json",
    });
  });

  it("makes the file that a dangling link stands for, when its directory is there", async () => {
    const world = host({ [`${HOME}/dotfiles/other`]: "" });
    world.fs.symlinkSync("dotfiles/claude.json", CLAUDE);
    await apply(world.files, write(CLAUDE, "new\n", ABSENT));
    expect(await textAt(world, `${HOME}/dotfiles/claude.json`)).toBe("new\n");
    expect(await world.files.readLink(CLAUDE)).toBe("dotfiles/claude.json");
  });

  it("replaces the link itself when that is what the change expects", async () => {
    const world = host({ [`${HOME}/theirs`]: "theirs\n" });
    world.fs.symlinkSync("theirs", CLAUDE);
    await apply(world.files, write(CLAUDE, "new\n", linkTo("theirs")));
    expect(await userTree(world)).toEqual({ ".claude.json": "file 644 new\n", theirs: "file 666 theirs\n" });
  });

  it("removes the file behind a link and keeps the link, or the link when that is expected", async () => {
    const world = host({ [`${HOME}/real`]: "x" });
    world.fs.symlinkSync("real", `${HOME}/a`);
    world.fs.symlinkSync("elsewhere", `${HOME}/b`);
    await apply(world.files, remove(`${HOME}/a`, fileWith("x")), remove(`${HOME}/b`, linkTo("elsewhere")));
    expect(await userTree(world)).toEqual({ a: "link real" });
  });

  it("touches nothing when one of many targets changed after staging", async () => {
    const world = host({ [CLAUDE]: "old\n", [`${HOME}/b`]: "b\n" });
    const transaction = await start(world.files, NEW, write(`${HOME}/b`, "b2\n", fileWith("b\n")), write(CODEX, "x", ABSENT));
    world.fs.writeFileSync(`${HOME}/b`, "by a client\n");
    await expect(transaction.commit()).rejects.toMatchObject({ code: "E_STALE", message: expect.stringContaining(`${HOME}/b`) });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 old\n", b: "file 666 by a client\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });

  it.each([
    ["a file appears where none was", (world: MemoryHost) => world.fs.writeFileSync(`${HOME}/fresh`, "theirs")],
    ["a link is pointed elsewhere", (world: MemoryHost) => {
      world.fs.unlinkSync(`${HOME}/linked`);
      world.fs.symlinkSync("b", `${HOME}/linked`);
    }],
    ["permission bits are changed", (world: MemoryHost) => world.fs.chmodSync(CLAUDE, 0o600)],
    ["a file is taken away", (world: MemoryHost) => world.fs.unlinkSync(CLAUDE)],
  ])("is refused when %s after staging", async (_name, meddle) => {
    const world = host({ [CLAUDE]: "old\n", [`${HOME}/a`]: "same", [`${HOME}/b`]: "same" });
    world.fs.symlinkSync("a", `${HOME}/linked`);
    const transaction = await start(world.files, NEW, write(`${HOME}/fresh`, "ours", ABSENT), write(`${HOME}/linked`, "x", fileWith("same")));
    meddle(world);
    const meddled = Object.keys(await userTree(world)).filter((path) => !path.includes(".atk-"));
    await expect(transaction.commit()).rejects.toMatchObject({ code: "E_STALE" });
    expect(Object.keys(await userTree(world))).toEqual(meddled);
    expect(await textAt(world, `${HOME}/a`)).toBe("same");
  });

  it("puts everything back when a rename in the middle is refused", async () => {
    const world = host();
    world.fs.chmodSync(CLAUDE, 0o600);
    const files = refusingFiles(world.files, "EACCES", (call, path) => call === "rename" && path === CODEX);
    const transaction = await start(files, NEW, write(CODEX, "x", ABSENT), remove(`${HOME}/none`, ABSENT));
    await expect(transaction.commit()).rejects.toMatchObject({ code: "E_FILE", message: expect.stringContaining("EACCES") });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 600 old\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });

  it("reports the directories it makes, private ones for private files, and leaves those that are not empty", async () => {
    const world = host({});
    const transaction = await start(world.files, write(`${HOME}/.a/b/c.json`, "{}", ABSENT, 0o600), write(`${HOME}/.d/e.json`, "{}", ABSENT));
    expect(transaction.madeDirectories).toEqual([`${HOME}/.a`, `${HOME}/.a/b`, `${HOME}/.d`]);
    await transaction.commit();
    await transaction.close();
    expect(await userTree(world)).toMatchObject({ ".a": "directory 700", ".a/b": "directory 700", ".d": "directory 777" });
    await apply(
      world.files,
      remove(`${HOME}/.a/b/c.json`, fileWith("{}")),
      { type: "remove-directory", path: `${HOME}/.a` },
      { type: "remove-directory", path: `${HOME}/.a/b` },
      { type: "remove-directory", path: `${HOME}/.d` },
    );
    expect(Object.keys(await userTree(world))).toEqual([".d", ".d/e.json"]);
  });
});

describe("rollBack", () => {
  const changes = (): readonly FileChange[] => [
    NEW,
    write(CODEX, "x", ABSENT),
    remove(`${HOME}/dir/gone`, fileWith("gone")),
    { type: "remove-directory", path: `${HOME}/dir` },
    link(`${HOME}/link`, "new", linkTo("old")),
    { ...write(`${HOME}/tool`, "run", fileWith("run"), 0o755), forceMode: true },
  ];
  const world = (): MemoryHost => {
    const made = host({ [CLAUDE]: "old\n", [`${HOME}/dir/gone`]: "gone", [`${HOME}/tool`]: "run" });
    made.fs.symlinkSync("old", `${HOME}/link`);
    made.fs.chmodSync(`${HOME}/dir`, 0o750);
    made.fs.chmodSync(CLAUDE, 0o640);
    return made;
  };

  it.each([true, false])("gives back content, permission bits and absence (hard links: %s)", async (hasHardLinks) => {
    const made = world();
    const files = hasHardLinks ? made.files : refusingFiles(made.files, "EPERM", (call) => call === "hardLink");
    const before = await userTree(made);
    const transaction = await start(files, ...changes());
    await transaction.commit();
    expect(await userTree(made)).not.toEqual(before);
    expect(await transaction.rollBack()).toEqual([]);
    expect(await userTree(made)).toEqual(before);
    expect(Object.keys(await treeOf(made.files, STATE))).toEqual(["before", "before/index.jsonl"]);
  });

  it("gives everything back before commit too", async () => {
    const made = world();
    const before = await userTree(made);
    await (await start(made.files, ...changes())).rollBack();
    expect(await userTree(made)).toEqual(before);
  });

  it("leaves what somebody else changed since, and says which", async () => {
    const made = world();
    const transaction = await start(made.files, ...changes());
    await transaction.commit();
    made.fs.writeFileSync(CLAUDE, "by hand\n");
    expect(await transaction.rollBack()).toEqual([CLAUDE]);
    expect(await textAt(made, CLAUDE)).toBe("by hand\n");
    expect(await textAt(made, `${HOME}/dir/gone`)).toBe("gone");
  });

  it("works on a full disk", async () => {
    const made = world();
    const before = await userTree(made);
    let isFull = false;
    const files = refusingFiles(made.files, "ENOSPC", (call) => isFull && (call === "create" || call === "append"));
    const transaction = await start(files, ...changes());
    await transaction.commit();
    isFull = true;
    await transaction.rollBack();
    expect(await userTree(made)).toEqual(before);
  });

  it("says E_HALF_WAY when something cannot be put back now, puts back all the rest, and the next run does it", async () => {
    const made = world();
    const before = await userTree(made);
    let isLocked = false;
    const files = refusingFiles(made.files, "EBUSY", (call, path) => isLocked && call === "rename" && path === CLAUDE);
    const transaction = await start(files, ...changes());
    await transaction.commit();
    isLocked = true;
    await expect(transaction.rollBack()).rejects.toMatchObject({ code: "E_HALF_WAY", message: expect.stringContaining(CLAUDE) });
    expect(await textAt(made, `${HOME}/dir/gone`)).toBe("gone");
    isLocked = false;
    expect(await recover(contextFor(files))).toMatchObject({ outcome: "taken-back", conflicts: [] });
    expect(await userTree(made)).toEqual(before);
  });
});

describe("recover", () => {
  it("has nothing to do where nothing was left", async () => {
    const world = host();
    await apply(world.files, NEW);
    expect(await recover(contextFor(world.files))).toBeUndefined();
  });

  it("finishes what was staged, but leaves a target that somebody changed meanwhile", async () => {
    const world = host({ [CLAUDE]: "old\n", [`${HOME}/b`]: "b\n" });
    await start(world.files, NEW, write(`${HOME}/b`, "b2\n", fileWith("b\n")));
    world.fs.writeFileSync(`${HOME}/b`, "by a client\n");
    expect(await recover(contextFor(world.files))).toEqual({ outcome: "finished", label: "apply", note: null, conflicts: [`${HOME}/b`] });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 new\n", b: "file 666 by a client\n" });
  });

  it("does not take the user's next edit for a conflict when only the closing was missing", async () => {
    const world = host();
    const transaction = await start(world.files, NEW);
    await transaction.commit();
    world.fs.writeFileSync(CLAUDE, "next edit\n");
    expect(await recover(contextFor(world.files))).toMatchObject({ outcome: "finished", conflicts: [] });
    expect(await textAt(world, CLAUDE)).toBe("next edit\n");
  });

  it("refuses a journal of a newer atk and leaves it alone", async () => {
    const world = host({ [`${STATE}/journal.jsonl`]: '{"version":99}\n{"phase":"staged"}\n' });
    await expect(recover(contextFor(world.files))).rejects.toMatchObject({ code: "E_FILE", hint: expect.stringContaining("newest") });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(true);
  });
});

describe("before-images", () => {
  const look = (world: MemoryHost, path: string) => readBeforeImage(path, { files: world.files, directory: STATE });

  it("keep how a path was before the first touch, for good", async () => {
    const world = host();
    world.fs.chmodSync(CLAUDE, 0o640);
    world.fs.symlinkSync("old", `${HOME}/link`);
    await apply(world.files, NEW, write(CODEX, "x", ABSENT), link(`${HOME}/link`, "new", linkTo("old")));
    await apply(world.files, write(CLAUDE, "newer\n", fileWith("new\n")));
    expect(await look(world, CLAUDE)).toMatchObject({ state: "file", mode: 0o640 });
    const image = await look(world, CLAUDE);
    expect(image?.state === "file" ? new TextDecoder().decode(image.bytes) : "").toBe("old\n");
    expect(await look(world, CODEX)).toEqual({ state: "absent" });
    expect(await look(world, `${HOME}/link`)).toEqual({ state: "link", target: "old" });
    expect(await look(world, `${HOME}/never`)).toBeUndefined();
  });

  it("are found under the link as well as under the file behind it", async () => {
    const world = host({ [`${HOME}/dotfiles/claude.json`]: "old\n" });
    world.fs.symlinkSync("dotfiles/claude.json", CLAUDE);
    await apply(world.files, NEW);
    expect(await look(world, CLAUDE)).toEqual(await look(world, `${HOME}/dotfiles/claude.json`));
  });

  it("of a transaction that was taken back do not count: the first touch is still to come", async () => {
    const world = host();
    await (await start(world.files, NEW)).rollBack();
    expect(await look(world, CLAUDE)).toBeUndefined();
    world.fs.writeFileSync(CLAUDE, "edited\n");
    await apply(world.files, write(CLAUDE, "new\n", fileWith("edited\n")));
    const image = await look(world, CLAUDE);
    expect(image?.state === "file" ? new TextDecoder().decode(image.bytes) : "").toBe("edited\n");
  });

  it("are never made of atk's own files", async () => {
    const world = host({ [`${STATE}/state.json`]: "{}" });
    await apply(world.files, write(`${STATE}/state.json`, "{1}", fileWith("{}")));
    expect(await look(world, `${STATE}/state.json`)).toBeUndefined();
  });
});

describe("a transaction", () => {
  it("cannot be committed twice or used after it has ended", async () => {
    const world = host();
    const transaction = await start(world.files, NEW);
    await transaction.commit();
    await expect(transaction.commit()).rejects.toThrow("cannot become");
    await transaction.close();
    await expect(transaction.rollBack()).rejects.toThrow("cannot become");
  });

  it("needs no more calls for each file with a thousand files than with ten", async () => {
    const callsFor = async (count: number): Promise<number> => {
      const world = host({});
      const counted = crashingFiles(world.files, Number.POSITIVE_INFINITY);
      const files = Array.from({ length: count }, (_, index) => write(`${HOME}/plugins/p${index % 10}/f${index}`, `${index}`, ABSENT));
      await apply(counted.files, ...files);
      return counted.calls();
    };
    expect((await callsFor(1000)) / 1000).toBeLessThan((await callsFor(10)) / 10);
  });

  it("hands a crash on as it is", async () => {
    const world = host();
    await expect(start(crashingFiles(world.files, 5).files, NEW)).rejects.toBeInstanceOf(Crash);
  });
});
