import { describe, expect, it } from "vitest";
import type { FileChange } from "../../src/host/file-change.ts";
import type { MemoryHost } from "../../src/host/memory-host.ts";
import { hasOpenJournal, recover } from "../../src/log/transaction.ts";
import { ABSENT, fileWith, link, linkTo, remove, write } from "./changes.ts";
import { Crash, guardedFiles, refusingFiles } from "./faulty-files.ts";
import { apply, CLAUDE, CODEX, contextFor, HOME, host, NEW, start, STATE, textAt, userTree } from "./memory-home.ts";
import { treeOf } from "./tree.ts";

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
    await expect(transaction.rollBack()).rejects.toMatchObject({
      code: "E_HALF_WAY",
      message: expect.stringContaining(CLAUDE),
    });
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
    expect(await recover(contextFor(world.files))).toEqual({
      outcome: "finished",
      label: "apply",
      note: null,
      conflicts: [`${HOME}/b`],
    });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 new\n", b: "file 666 by a client\n" });
  });

  it("leaves a file that was to be removed and was changed meanwhile", async () => {
    const world = host();
    await start(world.files, remove(CLAUDE, fileWith("old\n")));
    world.fs.writeFileSync(CLAUDE, "by a client\n");
    expect(await recover(contextFor(world.files))).toMatchObject({ outcome: "finished", conflicts: [CLAUDE] });
    expect(await textAt(world, CLAUDE)).toBe("by a client\n");
  });

  it("has nothing to tell when only the last cleaning up was missing", async () => {
    const world = host();
    const { files } = guardedFiles(world.files, (call, path) => {
      if (call === "unlink" && path.startsWith(STATE)) throw new Crash("killed while closing");
    });
    const transaction = await start(files, NEW);
    await transaction.commit();
    await expect(transaction.close()).rejects.toBeInstanceOf(Crash);
    expect(await recover(contextFor(world.files))).toBeUndefined();
    expect(Object.keys(await treeOf(world.files, STATE)).filter((path) => !/^(before|images)/.test(path))).toEqual([]);
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
    await expect(recover(contextFor(world.files))).rejects.toMatchObject({
      code: "E_FILE",
      hint: expect.stringContaining("newest"),
    });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(true);
  });
});
