import { linkSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ListedEntry } from "../../src/backup/archive/entry.ts";
import { pack } from "../../src/backup/archive/pack.ts";
import { indexLines, readIndex, type Index } from "../../src/backup/index-file.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "atk-hostile-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const BASE = { mode: 0o755, mtimeMs: 0, uid: 0, gid: 0, size: 0 } as const;
const PLACE = { at: "home/x", kind: "home", path: "x", exclude: [] } as const;

function listOf(paths: readonly (readonly [string, ListedEntry["type"]])[]): readonly ListedEntry[] {
  return paths.map(([path, type], n) => ({
    ...BASE,
    n,
    path,
    type,
    ...(type === "link" ? { target: "/etc" } : { sha256: "" }),
  }));
}

async function read(index: Index): Promise<Index> {
  return readIndex(indexLines(index));
}

it("a list that names one path twice is refused: a link could take the place of a folder before a file goes into it", async () => {
  const entries = listOf([
    ["home/x", "directory"],
    ["home/x/d", "directory"],
    ["home/x/d", "link"],
    ["home/x/d/passwd", "file"],
    ["home/x/d", "directory"],
  ]);
  await expect(read({ places: [PLACE], notes: [], entries })).rejects.toThrow(/twice/);
});

it.each([
  ["leads up", { ...PLACE, path: "../../etc" }],
  ["is absolute", { ...PLACE, path: "/etc" }],
  ["is of no known kind", { ...PLACE, kind: "moon" as "home" }],
  ["has no patterns", { ...PLACE, exclude: undefined as unknown as [] }],
])("a place that %s is refused", async (_what, place) => {
  await expect(read({ places: [place], notes: [], entries: [] })).rejects.toMatchObject({ code: "E_DAMAGED" });
});

it.each([
  ["null"],
  ["[]"],
  ["{}"],
  ['{"places":1,"notes":[]}'],
  ['{"places":[],"notes":[]}\n7'],
  ['{"places":[null],"notes":[]}'],
])("a list that is %s is refused as damaged", async (text) => {
  const bytes = async function* (): AsyncIterable<Uint8Array> {
    yield Buffer.from(text);
  };
  await expect(readIndex(bytes())).rejects.toMatchObject({ code: "E_DAMAGED" });
});

it("a file with two names that changed while it was read comes before its second name", async () => {
  const data = join(folder, "data");
  mkdirSync(data);
  writeFileSync(join(data, "a"), Buffer.alloc(3 * 1024 * 1024));
  utimesSync(join(data, "a"), 1, 1);
  linkSync(join(data, "a"), join(data, "b"));
  let once = true;
  const packing = pack([{ at: "home/data", path: data, wants: () => true }], [], {
    copyOf: async () => undefined,
    note: () => undefined,
  });
  let seen = 0;
  for await (const chunk of packing.bytes) {
    seen += chunk.length;
    if (seen > 1024 * 1024 && once) {
      once = false;
      appendFileSync(join(data, "a"), "more");
    }
  }
  const paths = packing.list().map(({ path, type }) => `${type} ${path}`);
  expect(paths).toEqual(["directory home/data", "file home/data/a", "hard home/data/b"]);
});
