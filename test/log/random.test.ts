import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileChange } from "../../src/host/file-change.ts";
import { createMemoryHost, type MemoryHost } from "../../src/host/memory-host.ts";
import { takeSnapshot } from "../../src/log/snapshot.ts";
import { prepare, recover, type TransactionContext } from "../../src/log/transaction.ts";
import { bytesOf } from "./changes.ts";
import { Crash, crashingFiles } from "./faulty-files.ts";
import { treeOf } from "./tree.ts";

const HOME = "/home/mia";

/** Names from a small set, so that entries meet: `a/b/c`, `a/x`, ... never one below another. */
const NAMES = ["a/x", "a/y", "a/b/x", "a/b/c/x", "d/x", "d/e/y", "x", "y"] as const;

type Entry = { readonly type: "file"; readonly text: string } | { readonly type: "link"; readonly target: string };

const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ type: fc.constant("file" as const), text: fc.string({ maxLength: 8 }) }),
  fc.record({
    type: fc.constant("link" as const),
    target: fc.constantFrom("gone", "../elsewhere/z", "nowhere/at/all"),
  }),
);

/** Of each name: what is there, and what shall be. */
const worlds = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.record({ there: fc.option(entry), wanted: fc.option(entry) }),
);

type Worlds = Readonly<Record<string, { readonly there: Entry | null; readonly wanted: Entry | null }>>;

function build(plan: Worlds): MemoryHost {
  const world = createMemoryHost();
  for (const [name, { there }] of Object.entries(plan)) {
    if (there === null) continue;
    const path = `${HOME}/${name}`;
    world.fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (there.type === "file") world.fs.writeFileSync(path, there.text);
    else world.fs.symlinkSync(there.target, path);
  }
  return world;
}

async function changesFor(plan: Worlds, { files }: MemoryHost): Promise<readonly FileChange[]> {
  const changes: FileChange[] = [];
  for (const [name, { wanted }] of Object.entries(plan)) {
    const path = `${HOME}/${name}`;
    const expected = await takeSnapshot(path, files);
    if (expected === "other") throw new Error(`${path} is a directory`);
    if (wanted === null) changes.push({ type: "remove", path, expected });
    else if (wanted.type === "link") changes.push({ type: "link", path, target: wanted.target, expected });
    else changes.push({ type: "write", path, bytes: bytesOf(wanted.text), mode: 0o644, expected });
  }
  return changes;
}

/** What has to be there afterwards, thought out without the transaction. */
function wantedEntries(plan: Worlds): Readonly<Record<string, string>> {
  const wanted = Object.entries(plan).flatMap(([name, { wanted: each }]) => {
    if (each === null) return [];
    return [[name, each.type === "file" ? each.text : `link ${each.target}`] as const];
  });
  return Object.fromEntries(wanted);
}

async function entriesOf({ files }: MemoryHost): Promise<Readonly<Record<string, string>>> {
  const tree = Object.entries(await treeOf(files, HOME));
  const entries = tree.filter(([path, each]) => !path.startsWith(".state") && !each.startsWith("directory"));
  return Object.fromEntries(entries.map(([path, each]) => [path, each.replace(/^file \d+ /, "")]));
}

function contextFor({ files }: Pick<MemoryHost, "files">): TransactionContext {
  return { files, directory: `${HOME}/.state`, now: () => new Date("2026-11-21T08:00:00Z") };
}

async function apply(context: TransactionContext, changes: readonly FileChange[]): Promise<void> {
  const transaction = await prepare({ label: "random", changes, note: null, keep: {} }, context);
  await transaction.commit();
  await transaction.close();
}

describe("any set of changes", () => {
  it("makes exactly what was asked for, and the same request again writes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (plan) => {
        const world = build(plan);
        await apply(contextFor(world), await changesFor(plan, world));
        expect(await entriesOf(world)).toEqual(wantedEntries(plan));
        const counted = crashingFiles(world.files, Number.POSITIVE_INFINITY);
        await apply(contextFor(counted), await changesFor(plan, world));
        expect(counted.calls()).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("gives the whole tree back when it is rolled back, directories included", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (plan) => {
        const world = build(plan);
        const before = await treeOf(world.files, HOME);
        const transaction = await prepare(
          { label: "random", changes: await changesFor(plan, world), note: null },
          contextFor(world),
        );
        await transaction.commit();
        await transaction.rollBack();
        const after = Object.entries(await treeOf(world.files, HOME)).filter(([path]) => !path.startsWith(".state"));
        expect(Object.fromEntries(after)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it("is all there or not at all when it is killed before any call, and recovery before any other", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 30 }), async (plan, n, m) => {
        const world = build(plan);
        const before = await entriesOf(world);
        const changes = await changesFor(plan, world);
        await apply(contextFor(crashingFiles(world.files, n)), changes).catch(onlyCrash);
        await recover(contextFor(crashingFiles(world.files, m))).catch(onlyCrash);
        await recover(contextFor(world));
        expect([before, wantedEntries(plan)]).toContainEqual(await entriesOf(world));
      }),
      { numRuns: 500 },
    );
  });
});

function onlyCrash(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}
