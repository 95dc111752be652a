import { describe, expect, it } from "vitest";
import type { MemoryHost } from "../../src/host/memory-host.ts";
import { hasOpenJournal } from "../../src/log/transaction.ts";
import { ABSENT, fileWith, link, remove, write } from "./changes.ts";
import { Crash, crashingFiles, guardedFiles, refusingFiles } from "./faulty-files.ts";
import { apply, CLAUDE, CODEX, contextFor, HOME, host, NEW, start, STATE, textAt, userTree } from "./memory-home.ts";
import { treeOf } from "./tree.ts";

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
    await expect(start(world.files, NEW)).rejects.toMatchObject({
      code: "E_STALE",
      message: expect.stringContaining(CLAUDE),
    });
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 by hand\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });

  it.each([
    ["a directory", (world: MemoryHost) => world.fs.mkdirSync(CLAUDE), /it is a directory/],
    [
      "a link into nowhere",
      (world: MemoryHost) => world.fs.symlinkSync("/gone/x.json", CLAUDE),
      /\/gone\/x.json does not exist/,
    ],
    ["a link to itself", (world: MemoryHost) => world.fs.symlinkSync(CLAUDE, CLAUDE), /ELOOP/],
    [
      "a read-only file",
      (world: MemoryHost) => {
        world.fs.writeFileSync(CLAUDE, "old\n");
        world.fs.chmodSync(CLAUDE, 0o444);
      },
      /read-only/,
    ],
  ])("refuses %s in the place of a file, with a next step", async (_name, make, message) => {
    const world = host({});
    make(world);
    const before = await userTree(world);
    await expect(start(world.files, NEW)).rejects.toMatchObject({
      code: "E_FILE",
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
    expect(await userTree(world)).toEqual(before);
  });

  it("refuses a file in the place of a directory", async () => {
    const world = host({ [`${HOME}/.codex`]: "a file\n" });
    await expect(start(world.files, write(CODEX, "x", ABSENT))).rejects.toThrow(
      `cannot use ${HOME}/.codex as a directory`,
    );
  });

  it("refuses to take a file over from another user", async () => {
    const world = host();
    world.fs.chownSync(CLAUDE, 4711, 4711);
    await expect(start(world.files, NEW)).rejects.toMatchObject({
      code: "E_FILE",
      message: expect.stringContaining("uid 4711"),
    });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
  });

  it("refuses two different contents for one file that is reached under two names", async () => {
    const world = host({ [`${HOME}/AGENTS.md`]: "rules\n" });
    world.fs.symlinkSync("AGENTS.md", `${HOME}/CLAUDE.md`);
    const agents = write(`${HOME}/AGENTS.md`, "rules\nA\n", fileWith("rules\n"));
    const claude = write(`${HOME}/CLAUDE.md`, "rules\nB\n", fileWith("rules\n"));
    await expect(start(world.files, agents, claude)).rejects.toThrow(/one file/);
    await apply(world.files, agents, { ...claude, bytes: agents.bytes });
    expect(await userTree(world)).toEqual({
      "AGENTS.md": "file 666 rules\nA\n",
      "CLAUDE.md": "link AGENTS.md",
    });
  });

  it("refuses to begin while an earlier transaction is open", async () => {
    const world = host();
    await start(world.files, NEW);
    await expect(start(world.files, NEW)).rejects.toMatchObject({ code: "E_HALF_WAY", hint: "atk apply" });
  });

  it.each(["ENOSPC", "EDQUOT", "EACCES", "EROFS"])(
    "takes everything staged away when the system says %s, and says so",
    async (code) => {
      const world = host();
      const files = refusingFiles(
        world.files,
        code,
        (call, path) => call === "create" && path.includes("config.toml.atk-"),
      );
      const refused = start(files, NEW, write(CODEX, "x", ABSENT), write(`${HOME}/b`, "x", ABSENT));
      await expect(refused).rejects.toMatchObject({
        code: "E_FILE",
        message: expect.stringContaining(`(${code})`),
        at: { file: CODEX },
      });
      expect(await userTree(world)).toEqual({ ".claude.json": "file 666 old\n" });
      expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
      expect(Object.keys(await treeOf(world.files, STATE)).filter((path) => path.startsWith("tx"))).toEqual([]);
    },
  );

  it("leaves nothing behind when the disk is full for the journal too", async () => {
    const world = host();
    const files = refusingFiles(
      world.files,
      "ENOSPC",
      (call, path) => call === "append" && path.endsWith("journal.jsonl"),
    );
    await expect(start(files, NEW)).rejects.toThrow("ENOSPC");
    expect(await userTree(world)).toEqual({ ".claude.json": "file 666 old\n" });
    expect(await hasOpenJournal(contextFor(world.files))).toBe(false);
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
      const files = Array.from({ length: count }, (_, index) =>
        write(`${HOME}/plugins/p${index % 10}/f${index}`, `${index}`, ABSENT),
      );
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
