import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pack } from "../../src/backup/archive/pack.ts";
import { readTar } from "../../src/backup/archive/tar-read.ts";
import { tarHeader } from "../../src/backup/archive/tar-write.ts";
import { copyBackup } from "../../src/backup/copy-backup.ts";
import { verifyBackup } from "../../src/backup/read-backup.ts";
import { readRecord, seal, type BackupRecord } from "../../src/backup/record.ts";
import { pathTarget } from "../../src/backup/targets/path.ts";
import type { Target } from "../../src/backup/target.ts";
import { writeBackup } from "../../src/backup/write-backup.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "atk-copy-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const ID = "20261121T030000Z-1a2b3c";
const WHERE = `files/notes/${ID}`;
const noKey = async (): Promise<string> => {
  throw new Error("nobody asks for a key");
};

async function made(): Promise<{ readonly record: BackupRecord; readonly target: Target }> {
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data/a"), "x".repeat(100_000));
  const target = pathTarget("files", join(folder, "files"));
  const options = { copyOf: async () => undefined, note: () => undefined };
  const packing = pack([{ at: "home/data", path: join(folder, "data"), wants: () => true }], [], options);
  const begun = { id: ID, name: "notes", created: "2026-11-21T03:00:00Z", machine: "m", atk: "1", encrypted: false };
  const places = [{ at: "home/data", kind: "home", path: "data", exclude: [] }] as const;
  const request = {
    begun: { ...begun, reason: "asked", stopped: false },
    packing,
    places,
    notes: [],
    keys: [],
  } as const;
  return { record: await writeBackup(request, target), target };
}

/** As restic is: it packs by itself. */
function rawTarget(): Target {
  return { ...pathTarget("vault", join(folder, "vault")), raw: true };
}

it("a target that packs by itself gets plain archives, which verify", async () => {
  const target = rawTarget();
  const record = await copyBackup(await made(), target, noKey);
  expect([record.archive.file, record.index.file]).toEqual(["data.tar", "files.jsonl"]);
  expect((await verifyBackup({ record, target }, noKey)).entries).toHaveLength(2);
  const back = await copyBackup({ record, target }, pathTarget("disk", join(folder, "disk")), noKey);
  expect(await verifyBackup({ record: back, target: pathTarget("disk", join(folder, "disk")) }, noKey)).toBeDefined();
});

it.each([
  ["a folder", () => pathTarget("disk", join(folder, "disk"))],
  ["a target that packs by itself", rawTarget],
])("what was damaged since it was written is not copied to %s with a good seal", async (_what, to) => {
  const stored = await made();
  const path = join(folder, WHERE, "data.tar.gz");
  const bytes = readFileSync(path);
  // In the header of gzip, which nothing inside of it covers.
  bytes[4] = (bytes[4] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
  const target = to();
  await expect(copyBackup(stored, target, noKey)).rejects.toMatchObject({ code: "E_DAMAGED" });
  expect(await target.list("")).toEqual([]);
});

it("bytes after the end are damage", async () => {
  const stored = await made();
  appendFileSync(join(folder, WHERE, "data.tar.gz"), "more");
  await expect(copyBackup(stored, rawTarget(), noKey)).rejects.toMatchObject({ code: "E_DAMAGED" });
});

it.each([
  ["no parts", { archive: undefined }],
  ["a part that is text", { index: "data" }],
  ["an id that is a number", { id: 7 }],
  ["a name that is a path", { name: "../x" }],
  ["no time", { created: "yesterday" }],
  ["a machine that is a number", { machine: 1 }],
])("a manifest with %s is damaged, whatever its seal says", async (_what, lie) => {
  const { record } = await made();
  const { seal: _seal, ...rest } = record;
  const lying = seal({ ...rest, ...(lie as object) } as BackupRecord);
  const bytes = Buffer.from(JSON.stringify(lying));
  expect(() => readRecord(bytes, "there")).toThrow(expect.objectContaining({ code: "E_DAMAGED" }));
});

it.each(["-0000000010", "zzzzzzzzzzz", "9999999999"])("a block whose size is %s ends the reading", async (size) => {
  const block = Buffer.from(tarHeader({ path: "a", type: "file", size: 0, mode: 0, mtimeMs: 0, uid: 0, gid: 0 }));
  block.write(size.padEnd(11, "\0"), 124, "latin1");
  block.write("        ", 148, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  const source = async function* (): AsyncIterable<Uint8Array> {
    yield block;
    yield Buffer.alloc(2048);
  };
  const all = async (): Promise<void> => {
    for await (const _entry of readTar(source()));
  };
  await expect(all()).rejects.toMatchObject({ code: "E_DAMAGED" });
});
