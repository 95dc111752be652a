import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import * as nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Files } from "../../src/core/host.ts";
import { createMemoryHost } from "../../src/host/memory-host.ts";
import { nodeFiles, type NodeFs } from "../../src/host/node-files.ts";

const scratch = mkdtempSync(join(tmpdir(), "atk-files-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Bench {
  readonly fs: NodeFs;
  readonly files: Files;
  readonly folder: string;
}

const benches: readonly (readonly [string, () => Bench])[] = [
  ["the real file system", () => ({ fs: nodeFs, files: nodeFiles(), folder: mkdtempSync(join(scratch, "t-")) })],
  ["memory", () => ({ ...pick(createMemoryHost()), folder: "/home/mia" })],
];

function pick({ fs, files }: Omit<Bench, "folder">): Omit<Bench, "folder"> {
  return { fs, files };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(benches)("files on %s", (name, open) => {
  let bench: Bench;
  let at: (path: string) => string;
  beforeEach(() => {
    bench = open();
    at = (path) => join(bench.folder, path);
  });

  const text = async (path: string): Promise<string | undefined> => {
    const found = await bench.files.read(at(path));
    return found === undefined ? undefined : new TextDecoder().decode(found);
  };

  it("answer undefined for what is absent, also below a file", async () => {
    const { files, fs } = bench;
    fs.writeFileSync(at("file"), "x");
    for (const path of [at("none"), at("none/below"), at("file/below")]) {
      expect(await files.read(path)).toBeUndefined();
      expect(await files.stat(path)).toBeUndefined();
      expect(await files.readLink(path)).toBeUndefined();
      expect(await files.realPath(path)).toBeUndefined();
      expect(await files.list(path)).toBeUndefined();
    }
  });

  it("create a file once, with its permission bits and every byte", async () => {
    const content = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    await bench.files.create(at("a"), content, 0o600);
    expect(Buffer.compare((await bench.files.read(at("a"))) ?? new Uint8Array(), content)).toBe(0);
    expect(await bench.files.stat(at("a"))).toMatchObject({ type: "file", mode: 0o600, sizeBytes: 300_000 });
    await expect(bench.files.create(at("a"), content, 0o600)).rejects.toMatchObject({
      code: "E_FILE",
      message: expect.stringContaining("EEXIST"),
    });
  });

  it("append, making the file when it is absent", async () => {
    await bench.files.append(at("log"), bytes("one\n"), 0o600);
    await bench.files.append(at("log"), bytes("two\n"), 0o644);
    expect(await text("log")).toBe("one\ntwo\n");
    expect((await bench.files.stat(at("log")))?.mode).toBe(0o600);
  });

  it("replace by renaming: a file, a link by a file, a file by a link", async () => {
    const { files } = bench;
    await files.create(at("old"), bytes("old"), 0o644);
    await files.symlink("old", at("link"));
    await files.create(at("new"), bytes("new"), 0o644);
    await files.rename(at("new"), at("link"));
    expect([await text("link"), await text("old"), await files.readLink(at("link")).catch(() => undefined)]).toEqual([
      "new",
      "old",
      undefined,
    ]);
    await files.symlink("nowhere", at("new"));
    await files.rename(at("new"), at("link"));
    expect(await files.readLink(at("link"))).toBe("nowhere");
    await files.symlink("old", at("new"));
    await files.rename(at("new"), at("link"));
    expect(await text("link")).toBe("old");
    expect((await files.list(bench.folder))?.map((entry) => `${entry.type} ${entry.name}`)).toEqual([
      "link link",
      "file old",
    ]);
  });

  it("look at a link itself, and follow it where they are asked to", async () => {
    const { files } = bench;
    await files.create(at("real"), bytes("x"), 0o644);
    await files.symlink("real", at("link"));
    expect((await files.stat(at("link")))?.type).toBe("link");
    expect(await files.readLink(at("link"))).toBe("real");
    expect(await files.realPath(at("link"))).toBe(await files.realPath(at("real")));
    await files.symlink("gone", at("dangling"));
    expect(await files.realPath(at("dangling"))).toBeUndefined();
    expect(await files.read(at("dangling"))).toBeUndefined();
  });

  it("say ELOOP for links that go in a circle", async () => {
    await bench.files.symlink(at("b"), at("a"));
    await bench.files.symlink(at("a"), at("b"));
    await expect(bench.files.realPath(at("a"))).rejects.toMatchObject({
      code: "E_FILE",
      message: expect.stringContaining("ELOOP"),
    });
  });

  it("list by name with types", async () => {
    const { files } = bench;
    await files.create(at("b"), bytes(""), 0o644);
    await files.makeDirectory(at("a"));
    await files.symlink("b", at("C"));
    expect(await files.list(bench.folder)).toEqual([
      { name: "C", type: "link" },
      { name: "a", type: "directory" },
      { name: "b", type: "file" },
    ]);
    await expect(files.list(at("b"))).rejects.toMatchObject({ code: "E_FILE" });
  });

  it("share content over a hard link", async () => {
    await bench.files.create(at("a"), bytes("x"), 0o640);
    await bench.files.hardLink(at("a"), at("b"));
    const [a, b] = [await bench.files.stat(at("a")), await bench.files.stat(at("b"))];
    expect(b?.inode).toBe(a?.inode);
    await bench.files.unlink(at("a"));
    expect(await text("b")).toBe("x");
  });

  it("make a directory once or again, but not where a file is, and remove it only when empty", async () => {
    const { files } = bench;
    await files.makeDirectory(at("d"), 0o700);
    await files.makeDirectory(at("d"), 0o700);
    expect(await files.stat(at("d"))).toMatchObject({ type: "directory", mode: 0o700 });
    await files.create(at("d/f"), bytes(""), 0o644);
    await expect(files.makeDirectory(at("d/f"))).rejects.toMatchObject({ code: "E_FILE" });
    expect(await files.removeDirectory(at("d"))).toBe(false);
    await files.unlink(at("d/f"));
    await files.syncDirectory(at("d"));
    expect(await files.removeDirectory(at("d"))).toBe(true);
    expect(await files.removeDirectory(at("d"))).toBe(false);
  });

  it("change permission bits", async () => {
    await bench.files.create(at("a"), bytes("x"), 0o600);
    await bench.files.changeMode(at("a"), 0o755);
    expect((await bench.files.stat(at("a")))?.mode).toBe(0o755);
  });

  it("refuse a directory in the place of a file, with path, reason and next step", async () => {
    await bench.files.makeDirectory(at("d"));
    const refused = {
      code: "E_FILE",
      at: { file: at("d") },
      message: expect.stringMatching(/cannot read .*: it is a directory \(EISDIR\)/),
      hint: expect.any(String),
    };
    await expect(bench.files.read(at("d"))).rejects.toMatchObject(refused);
  });

  it.each([
    ["EACCES", "permission denied"],
    ["ENOSPC", "no space left"],
    ["EROFS", "read-only"],
    ["EIO", "disk reports"],
  ])("say what %s means, and give the system's error along", async (code, meaning) => {
    const refuse = (): never => {
      throw Object.assign(new Error(`${code}: refused`), { code });
    };
    const files = nodeFiles({
      ...bench.fs,
      openSync: refuse,
      unlinkSync: refuse,
      renameSync: refuse,
    } as unknown as NodeFs);
    for (const action of [
      files.create(at("x"), bytes(""), 0o644),
      files.unlink(at("x")),
      files.read(at("x")),
      files.rename(at("y"), at("x")),
    ]) {
      await expect(action).rejects.toMatchObject({
        code: "E_FILE",
        message: expect.stringMatching(new RegExp(`${at("x")}: .*${meaning}.*\\(${code}\\)`)),
        cause: expect.objectContaining({ code }),
      });
    }
  });

  it("leave no half-written file when the disk is full in the middle", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    const fs = {
      ...bench.fs,
      fsync: (_fd: number, done: (error: Error) => void) => done(full),
    } as unknown as NodeFs;
    await expect(nodeFiles(fs).create(at("a"), bytes("half"), 0o600)).rejects.toThrow("ENOSPC");
    expect(await bench.files.stat(at("a"))).toBeUndefined();
  });

  it("do without fsync where the file system has none", async () => {
    const none = Object.assign(new Error("EINVAL: invalid argument, fsync"), { code: "EINVAL" });
    const fs = {
      ...bench.fs,
      fsync: (_fd: number, done: (error: Error) => void) => done(none),
    } as unknown as NodeFs;
    await nodeFiles(fs).create(at("a"), bytes("x"), 0o600);
    await nodeFiles(fs).syncDirectory(bench.folder);
    expect(await text("a")).toBe("x");
  });

  it.runIf(name !== "memory" && process.platform !== "win32")(
    "do not wait for ever for a named pipe in the place of a file",
    async () => {
      execFileSync("mkfifo", [at("pipe")]);
      expect((await bench.files.stat(at("pipe")))?.type).toBe("other");
      await expect(bench.files.read(at("pipe"))).rejects.toThrow("not a regular file");
    },
  );

  it.runIf(name !== "memory" && process.platform !== "win32")("close every file they open", async () => {
    const open = (): number => nodeFs.readdirSync("/dev/fd").length;
    await bench.files.makeDirectory(at("d"));
    const before = open();
    for (let round = 0; round < 50; round += 1) {
      await bench.files.read(at("d")).catch(() => undefined);
      await bench.files.create(at(`f${round}`), bytes("x"), 0o600);
      await bench.files.read(at(`f${round}`));
      await bench.files.syncDirectory(bench.folder);
    }
    expect(open()).toBe(before);
  });
});
