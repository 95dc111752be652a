import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { thisProcess } from "../../src/host/process-identity.ts";
import { sha256Of } from "../../src/sources/create-tree.ts";
import { treeFromEntries } from "../../src/sources/memory-tree.ts";
import { keep, openStored } from "../../src/sources/store.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";

const TREE = treeFromEntries(
  [
    { type: "file", path: "plugin.yaml", executable: false, bytes: Buffer.from(PLUGIN_YAML) },
    { type: "file", path: "bin/run.sh", executable: true, bytes: Buffer.from("#!/bin/sh\n") },
    { type: "link", path: "run", target: "bin/run.sh" },
  ],
  { what: "a test's tree" },
);

let world: World;
let store: string;
beforeEach(() => {
  world = createWorld();
  store = join(world.context.cacheDirectory, "store");
});
afterEach(() => world.remove());

describe("the store", () => {
  it("gives back what was kept: entries, bytes, x bits, links", async () => {
    await keep(TREE, world.context);
    const found = await openStored(TREE.integrity, world.context);
    expect(found?.entries).toEqual(TREE.entries);
    expect(found?.integrity).toBe(TREE.integrity);
    expect(new TextDecoder().decode(await found?.read("plugin.yaml"))).toBe(PLUGIN_YAML);
  });

  it("gives nothing when one byte was changed, and heals when the content is kept again", async () => {
    await keep(TREE, world.context);
    const files = join(store, TREE.integrity, "files");
    for (const name of readdirSync(files))
      world.write(join("home/.cache/atk/store", TREE.integrity, "files", name), "tampered");
    expect(await openStored(TREE.integrity, world.context)).toBeUndefined();
    await keep(TREE, world.context);
    expect((await openStored(TREE.integrity, world.context))?.integrity).toBe(TREE.integrity);
  });

  it.each(["not json", "{}", '{"version":1,"entries":[{"type":"file","path":"../x"}]}', '{"version":1,"entries":[]}'])(
    "gives nothing when its list of entries is %s",
    async (text) => {
      await keep(TREE, world.context);
      world.write(`home/.cache/atk/store/${TREE.integrity}/tree.json`, text);
      expect(await openStored(TREE.integrity, world.context)).toBeUndefined();
    },
  );

  it("shows a folder only when it is complete: a fault while writing leaves nothing", async () => {
    let indexes = 0;
    const { files } = world.host;
    const failing = {
      ...files,
      create: async (...args: Parameters<typeof files.create>) => {
        if (args[0].endsWith("tree.json")) indexes += 1;
        if (indexes === 1) throw new Error("disk full");
        return files.create(...args);
      },
    };
    const context = { ...world.context, host: { ...world.host, files: failing } };
    await expect(keep(TREE, context)).rejects.toThrow("disk full");
    expect(readdirSync(store)).toEqual([]);
    expect(readdirSync(join(world.context.cacheDirectory, "tmp"))).toEqual([]);
  });

  it("keeps the same file of two trees once, and nobody can write to it by accident", async () => {
    const other = treeFromEntries(
      [{ type: "file", path: "plugin.yaml", executable: false, bytes: Buffer.from(PLUGIN_YAML) }],
      { what: "another tree" },
    );
    await keep(TREE, world.context);
    await keep(other, world.context);
    const sha256 = sha256Of(Buffer.from(PLUGIN_YAML));
    const places = [TREE, other].map(({ integrity }) => statSync(join(store, integrity, "files", sha256)));
    expect(new Set(places.map(({ ino }) => ino)).size).toBe(1);
    expect(places[0]?.nlink).toBe(3);
    expect((places[0]?.mode ?? 0) & 0o777).toBe(0o400);
  });

  it("keeps whole trees where the file system has no hard links", async () => {
    const { files } = world.host;
    const hardLink = async (_from: string, to: string): Promise<void> => {
      throw new AtkError("E_FILE", `cannot make a hard link at ${to}: not supported (ENOTSUP)`);
    };
    const context = { ...world.context, host: { ...world.host, files: { ...files, hardLink } } };
    await keep(TREE, context);
    expect((await openStored(TREE.integrity, context))?.integrity).toBe(TREE.integrity);
  });

  it("does not take damaged content from another tree", async () => {
    await keep(TREE, world.context);
    const sha256 = sha256Of(Buffer.from(PLUGIN_YAML));
    const shared = join(store, TREE.integrity, "files", sha256);
    chmodSync(shared, 0o600);
    writeFileSync(shared, "tampered");
    await keep(TREE, world.context);
    expect((await openStored(TREE.integrity, world.context))?.integrity).toBe(TREE.integrity);
  });

  it("reads what an older atk kept: folders of their own files", async () => {
    const folder = join(world.context.cacheDirectory, "store", TREE.integrity);
    for (const entry of TREE.entries)
      if (entry.type === "file")
        world.write(relative(world.root, join(folder, "files", entry.sha256)), await TREE.read(entry.path));
    world.write(
      relative(world.root, join(folder, "tree.json")),
      `${JSON.stringify({ version: 1, entries: TREE.entries }, undefined, 1)}\n`,
    );
    expect((await openStored(TREE.integrity, world.context))?.integrity).toBe(TREE.integrity);
  });

  it("may be written by many at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => keep(TREE, world.context)));
    expect(readdirSync(store)).toEqual([TREE.integrity]);
    expect(readdirSync(join(world.context.cacheDirectory, "tmp"))).toEqual([]);
    expect((await openStored(TREE.integrity, world.context))?.integrity).toBe(TREE.integrity);
  });

  it("is not written by a plan", async () => {
    await keep(TREE, { ...world.context, temporary: true });
    expect(existsSync(world.context.cacheDirectory)).toBe(false);
  });

  it("cannot be led elsewhere by a digest that is none", async () => {
    await expect(openStored("../../etc", world.context)).rejects.toMatchObject({ code: "E_INTEGRITY" });
  });

  it("sweeps away what a process that is gone left behind, at once", async () => {
    const gone = spawnSync(process.execPath, ["-e", "process.stdout.write(String(process.pid))"]).stdout.toString();
    const owner = { ...thisProcess(), pid: Number(gone) };
    world.write("home/.cache/atk/tmp/atk-gone/owner.json", JSON.stringify(owner));
    world.write("home/.cache/atk/tmp/atk-alive/owner.json", JSON.stringify(thisProcess()));
    await keep(TREE, world.context);
    expect(readdirSync(join(world.context.cacheDirectory, "tmp"))).toEqual(["atk-alive"]);
  });

  it("sweeps away what a killed run left behind a day ago, and leaves what is younger", async () => {
    world.write("home/.cache/atk/tmp/atk-old/whole/files/x", "x");
    world.write("home/.cache/atk/tmp/atk-young/x", "x");
    const dayBefore = new Date(Date.now() - 25 * 60 * 60 * 1000);
    utimesSync(world.path("home/.cache/atk/tmp/atk-old"), dayBefore, dayBefore);
    await keep(TREE, world.context);
    expect(readdirSync(join(world.context.cacheDirectory, "tmp"))).toEqual(["atk-young"]);
  });
});
