import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { treeFromEntries, type MemoryEntry } from "../../src/sources/memory-tree.ts";
import { readTree } from "../../src/sources/read-tree.ts";
import { createWorld, type World } from "./world.ts";

type FileEntry = Extract<MemoryEntry, { type: "file" }>;

const ORIGIN = { what: "a tree of a test" };
const name = fc
  .stringMatching(/^[a-z][a-z0-9_-]{0,6}$/)
  .filter((text) => !/^(custom|node_modules|con|prn|aux|nul|com[0-9]|lpt[0-9])$/.test(text));
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
const file: fc.Arbitrary<FileEntry> = fc.record({
  type: fc.constant("file" as const),
  path,
  executable: fc.boolean(),
  bytes: fc.uint8Array({ maxLength: 40 }),
});
/** No path twice, and none that is a folder of another. */
const files = fc
  .uniqueArray(file, { selector: (entry) => entry.path, minLength: 1, maxLength: 12 })
  .map((entries) => entries.filter((entry) => !entries.some((other) => other.path.startsWith(`${entry.path}/`))));

const integrityOf = (entries: readonly MemoryEntry[]): string => treeFromEntries(entries, ORIGIN).integrity;

describe("the digest of a tree", () => {
  it("does not depend on the order of its entries", () => {
    const shuffled = files.chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
    );
    fc.assert(
      fc.property(shuffled, ([entries, others]) => void expect(integrityOf(others)).toBe(integrityOf(entries))),
    );
  });

  it("has the form sha256-<64 hex digits>", () => {
    fc.assert(fc.property(files, (entries) => void expect(integrityOf(entries)).toMatch(/^sha256-[0-9a-f]{64}$/)));
  });

  it("changes when one byte, one name or one x bit changes, and when a file comes or goes", () => {
    fc.assert(
      fc.property(files, fc.nat(), (entries, pick) => {
        const index = pick % entries.length;
        const [first] = entries.slice(index);
        if (first === undefined) return;
        const others = entries.filter((entry) => entry !== first);
        const changed: readonly (readonly MemoryEntry[])[] = [
          [...others, { ...first, bytes: Uint8Array.of(...first.bytes, 0) }],
          [...others, { ...first, path: `${first.path}-renamed` }],
          [...others, { ...first, executable: !first.executable }],
          others,
          [...entries, { ...first, path: "one/more/file/here" }],
          [...entries, { type: "link", path: "one-more-link", target: first.path }],
        ];
        for (const other of changed) expect(integrityOf(other)).not.toBe(integrityOf(entries));
      }),
    );
  });

  it("does not confuse the end of a name with the begin of the content", () => {
    const one = integrityOf([{ type: "file", path: "ab", executable: false, bytes: Buffer.from("c") }]);
    const other = integrityOf([{ type: "file", path: "a", executable: false, bytes: Buffer.from("bc") }]);
    expect(one).not.toBe(other);
  });

  it("takes bytes as bytes: CRLF and LF differ", () => {
    const of = (text: string): string =>
      integrityOf([{ type: "file", path: "a", executable: false, bytes: Buffer.from(text) }]);
    expect(of("a\r\n")).not.toBe(of("a\n"));
  });

  it("is a fixed number for a fixed tree, in every version of atk", () => {
    const entries: readonly MemoryEntry[] = [
      { type: "file", path: "plugin.yaml", executable: false, bytes: Buffer.from("name: x\n") },
      { type: "file", path: "bin/run.sh", executable: true, bytes: Buffer.from("#!/bin/sh\n") },
      { type: "link", path: "run", target: "bin/run.sh" },
    ];
    expect(integrityOf(entries)).toBe("sha256-44c47c30d9791dee1159284f3914a893b5d19077b01dd2fe4e81672a7c5feb60");
  });
});

describe("a folder and the same content in memory", () => {
  let world: World;
  beforeAll(() => {
    world = createWorld();
  });
  afterAll(() => world.remove());

  it("have the same digest and the same bytes", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        run += 1;
        for (const entry of entries)
          world.write(`run-${run}/${entry.path}`, entry.bytes, entry.executable ? 0o755 : 0o644);
        const tree = await readTree(world.path(`run-${run}`), world.host.files);
        expect(tree.integrity).toBe(integrityOf(entries));
        for (const entry of entries) expect(Buffer.from(await tree.read(entry.path))).toEqual(Buffer.from(entry.bytes));
      }),
      { numRuns: 40 },
    );
  });

  it("counts only the owner's x bit: umask and group bits make no difference", async () => {
    world.write("narrow/run.sh", "x", 0o700);
    world.write("wide/run.sh", "x", 0o777);
    const [narrow, wide] = await Promise.all(
      ["narrow", "wide"].map((each) => readTree(world.path(each), world.host.files)),
    );
    expect(narrow?.integrity).toBe(wide?.integrity);
  });

  it("takes the x bit from elsewhere when the file system has none", async () => {
    world.write("windows/run.sh", "x", 0o644);
    const options = { isExecutable: (each: string) => each === "run.sh" };
    const tree = await readTree(world.path("windows"), world.host.files, options);
    expect(tree.entries).toMatchObject([{ path: "run.sh", executable: true }]);
  });

  it("notices a file that changes between reading the tree and using it", async () => {
    world.write("moving/plugin.yaml", "name: one\n");
    const tree = await readTree(world.path("moving"), world.host.files);
    world.write("moving/plugin.yaml", "name: two\n");
    await expect(tree.read("plugin.yaml")).rejects.toMatchObject({ code: "E_INTEGRITY" });
  });
});
