import { describe, expect, it } from "vitest";
import type { FileChange } from "../../src/host/file-change.ts";
import { pruneImages } from "../../src/log/prune-images.ts";
import { imageBytes, listImages, readImages } from "../../src/log/run-images.ts";
import { prepare, recover, type Transaction } from "../../src/log/transaction.ts";
import { fileWith, write } from "./changes.ts";
import { CLAUDE, contextFor, host, STATE, userTree } from "./memory-home.ts";

const RECORD = { what: "everything that undo has to know" };

function begin(files: ReturnType<typeof host>["files"], ...changes: readonly FileChange[]): Promise<Transaction> {
  return prepare({ label: "apply", changes, note: null, keep: RECORD }, contextFor(files));
}

async function apply(files: ReturnType<typeof host>["files"], ...changes: readonly FileChange[]): Promise<string> {
  const transaction = await begin(files, ...changes);
  await transaction.commit();
  await transaction.close();
  return transaction.id ?? "";
}

const place = ({ files }: ReturnType<typeof host>) => ({ files, directory: STATE });

describe("what a transaction found", () => {
  it("is kept when it is closed, with its description", async () => {
    const world = host();
    const id = await apply(world.files, write(CLAUDE, "new\n", fileWith("old\n")));
    const images = await readImages(id, place(world));
    const [step] = images?.steps ?? [];
    if (images === undefined || step === undefined) throw new Error("no images");
    expect(images.record).toEqual(RECORD);
    const image = await imageBytes(step, images.folder, world.files);
    expect(new TextDecoder().decode(image?.bytes)).toBe("old\n");
  });

  it("is there before the first file is changed", async () => {
    const world = host();
    await begin(world.files, write(CLAUDE, "new\n", fileWith("old\n")));
    const folders = (await world.files.list(`${STATE}/tx`)) ?? [];
    const [folder] = folders.map(({ name }) => `${STATE}/tx/${name}`);
    expect((await world.files.list(folder ?? ""))?.map(({ name }) => name)).toEqual(["0", "run.json"]);
    expect((await world.files.stat(`${folder}/run.json`))?.mode).toBe(0o600);
  });

  it("goes when the transaction is taken back", async () => {
    const world = host();
    const transaction = await begin(world.files, write(CLAUDE, "new\n", fileWith("old\n")));
    await transaction.commit();
    await transaction.rollBack();
    expect(await listImages(place(world))).toEqual([]);
    expect(await world.files.stat(`${STATE}/tx`)).toBeUndefined();
  });

  it("is kept by the run that finishes a transaction that was killed", async () => {
    const world = host();
    const transaction = await begin(world.files, write(CLAUDE, "new\n", fileWith("old\n")));
    await transaction.commit();
    await recover(place(world));
    expect((await listImages(place(world))).map(({ id }) => id)).toEqual([transaction.id]);
    expect(await userTree(world)).toMatchObject({ ".claude.json": expect.stringContaining("new") });
  });

  it("is not given out when somebody changed it", async () => {
    const world = host();
    const id = await apply(world.files, write(CLAUDE, "new\n", fileWith("old\n")));
    const images = await readImages(id, place(world));
    const [step] = images?.steps ?? [];
    if (images === undefined || step === undefined) throw new Error("no images");
    world.fs.writeFileSync(`${images.folder}/0`, "other\n");
    await expect(imageBytes(step, images.folder, world.files)).rejects.toMatchObject({ code: "E_INTEGRITY" });
  });
});

describe("what is kept of old runs", () => {
  const DAY_MS = 24 * 60 * 60 * 1000;
  const now = new Date("2026-11-21T08:00:00Z");
  const later = (days: number): Date => new Date(now.getTime() + days * DAY_MS);

  async function runs(count: number): Promise<ReturnType<typeof host>> {
    const world = host({ [CLAUDE]: "0\n" });
    for (let at = 0; at < count; at += 1) {
      const transaction = await prepare(
        { label: `${at}`, changes: [write(CLAUDE, `${at + 1}\n`, fileWith(`${at}\n`))], note: null, keep: RECORD },
        { ...contextFor(world.files), now: () => new Date(now.getTime() + at * 1000) },
      );
      await transaction.commit();
      await transaction.close();
    }
    return world;
  }

  it("goes when it is old, but never what the newest runs found", async () => {
    const world = await runs(5);
    const retention = { runs: 2, maxAgeMs: 90 * DAY_MS, maxBytes: 1e9 };
    expect(await pruneImages(retention, later(1), place(world))).toEqual([]);
    expect(await pruneImages(retention, later(91), place(world))).toHaveLength(3);
    expect(await listImages(place(world))).toHaveLength(2);
  });

  it("goes when all of it becomes too large, the oldest first", async () => {
    const world = await runs(5);
    const [newest] = await listImages(place(world));
    const retention = { runs: 1, maxAgeMs: 90 * DAY_MS, maxBytes: (newest?.sizeBytes ?? 0) * 3 };
    expect(await pruneImages(retention, later(1), place(world))).toHaveLength(2);
    expect((await listImages(place(world))).at(-1)?.at).toEqual(new Date(now.getTime() + 2000));
  });

  it("stays when the clock was set back", async () => {
    const world = await runs(3);
    const retention = { runs: 1, maxAgeMs: 90 * DAY_MS, maxBytes: 1e9 };
    expect(await pruneImages(retention, later(-400), place(world))).toEqual([]);
  });

  it("leaves how a path was before atk touched it first", async () => {
    const world = await runs(3);
    await pruneImages({ runs: 0, maxAgeMs: 0, maxBytes: 0 }, later(1), place(world));
    const { readBeforeImage } = await import("../../src/log/before-images.ts");
    expect(await readBeforeImage(CLAUDE, place(world))).toMatchObject({ state: "file" });
  });
});
