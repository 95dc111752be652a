import { describe, expect, it } from "vitest";
import type { MemoryHost } from "../../src/host/memory-host.ts";
import { hasOpenJournal } from "../../src/log/transaction.ts";
import { ABSENT, fileWith, linkTo, remove, write } from "./changes.ts";
import { refusingFiles } from "./faulty-files.ts";
import { apply, CLAUDE, CODEX, contextFor, HOME, host, NEW, start, textAt, userTree } from "./memory-home.ts";

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
    const transaction = await start(
      world.files,
      NEW,
      write(`${HOME}/b`, "b2\n", fileWith("b\n")),
      write(CODEX, "x", ABSENT),
    );
    world.fs.writeFileSync(`${HOME}/b`, "by a client\n");
    await expect(transaction.commit()).rejects.toMatchObject({
      code: "E_STALE",
      message: expect.stringContaining(`${HOME}/b`),
    });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 old\n", b: "file 666 by a client\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });

  it.each([
    ["a file appears where none was", (world: MemoryHost) => world.fs.writeFileSync(`${HOME}/fresh`, "theirs")],
    [
      "a link is pointed elsewhere",
      (world: MemoryHost) => {
        world.fs.unlinkSync(`${HOME}/linked`);
        world.fs.symlinkSync("b", `${HOME}/linked`);
      },
    ],
    ["permission bits are changed", (world: MemoryHost) => world.fs.chmodSync(CLAUDE, 0o600)],
    ["a file is taken away", (world: MemoryHost) => world.fs.unlinkSync(CLAUDE)],
  ])("is refused when %s after staging", async (_name, meddle) => {
    const world = host({ [CLAUDE]: "old\n", [`${HOME}/a`]: "same", [`${HOME}/b`]: "same" });
    world.fs.symlinkSync("a", `${HOME}/linked`);
    const transaction = await start(
      world.files,
      NEW,
      write(`${HOME}/fresh`, "ours", ABSENT),
      write(`${HOME}/linked`, "x", fileWith("same")),
    );
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
    await expect(transaction.commit()).rejects.toMatchObject({
      code: "E_FILE",
      message: expect.stringContaining("EACCES"),
    });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 600 old\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });

  it("reports the directories it makes, private ones for private files, and leaves those that are not empty", async () => {
    const world = host({});
    const transaction = await start(
      world.files,
      write(`${HOME}/.a/b/c.json`, "{}", ABSENT, 0o600),
      write(`${HOME}/.d/e.json`, "{}", ABSENT),
    );
    expect(transaction.madeDirectories).toEqual([`${HOME}/.a`, `${HOME}/.a/b`, `${HOME}/.d`]);
    await transaction.commit();
    await transaction.close();
    expect(await userTree(world)).toMatchObject({
      ".a": "directory 700",
      ".a/b": "directory 700",
      ".d": "directory 777",
    });
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
