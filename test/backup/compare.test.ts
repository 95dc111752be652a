import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ListedEntry } from "../../src/backup/archive/entry.ts";
import { compareWithBackup } from "../../src/backup/restore/compare.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "atk-compare-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** As it is there now. */
function entry(path: string, n: number, more: Partial<ListedEntry> = {}): ListedEntry {
  const { mode, mtimeMs, uid, gid, size } = lstatSync(join(folder, path));
  const base = { path: `home/${path}`, n, mode: mode & 0o7777, mtimeMs, uid, gid };
  return { ...base, type: "file", size, sha256: createHash("sha256").update("kept").digest("hex"), ...more };
}

async function changes(entries: readonly ListedEntry[]): Promise<readonly string[]> {
  const place = { at: "home", kind: "home", path: "", exclude: [] } as const;
  const destinations = [{ place, path: folder, wants: () => true }];
  const found = await compareWithBackup({ entries, destinations, owners: false, deletes: false });
  return found.map(({ change, entry: of }) => `${change} ${of?.path ?? ""}`);
}

it("what is seen through a link in a folder's place is not taken for what was in the folder", async () => {
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "sub/a"), "kept");
  const entries = [entry("sub", 0, { type: "directory", size: 0 }), entry("sub/a", 1)];
  expect(await changes(entries)).toEqual(["same home/sub", "same home/sub/a"]);
  renameSync(join(folder, "sub"), join(folder, "moved"));
  symlinkSync("moved", join(folder, "sub"));
  expect(await changes(entries)).toEqual(["replace home/sub", "add home/sub/a"]);
});

it("a database with changes that stand in a file beside it is not as it was", async () => {
  writeFileSync(join(folder, "m.db"), "kept");
  const entries = [entry("m.db", 0, { sqlite: true })];
  expect(await changes(entries)).toEqual(["same home/m.db"]);
  writeFileSync(join(folder, "m.db-wal"), "a change");
  expect(await changes(entries)).toEqual(["replace home/m.db"]);
});
