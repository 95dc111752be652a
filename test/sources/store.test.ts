import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
    let creates = 0;
    const { files } = world.host;
    const failing = {
      ...files,
      create: async (...args: Parameters<typeof files.create>) => {
        creates += 1;
        if (creates === 2) throw new Error("disk full");
        return files.create(...args);
      },
    };
    const context = { ...world.context, host: { ...world.host, files: failing } };
    await expect(keep(TREE, context)).rejects.toThrow("disk full");
    expect(readdirSync(store)).toEqual([]);
    expect(world.list(world.home)).toEqual([]);
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

  it("sweeps away what a killed run left behind a day ago, and leaves what is younger", async () => {
    world.write("home/.cache/atk/tmp/atk-old/whole/files/x", "x");
    world.write("home/.cache/atk/tmp/atk-young/x", "x");
    const dayBefore = new Date(Date.now() - 25 * 60 * 60 * 1000);
    utimesSync(world.path("home/.cache/atk/tmp/atk-old"), dayBefore, dayBefore);
    await keep(TREE, world.context);
    expect(readdirSync(join(world.context.cacheDirectory, "tmp"))).toEqual(["atk-young"]);
  });
});
