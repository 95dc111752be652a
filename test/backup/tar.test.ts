import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bytesOfName, nameOfBytes } from "../../src/backup/archive/byte-names.ts";
import type { Entry } from "../../src/backup/archive/entry.ts";
import { readTar } from "../../src/backup/archive/tar-read.ts";
import { tarEnd, tarHeader, tarPadding } from "../../src/backup/archive/tar-write.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "atk-tar-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const BASE = { mode: 0o640, mtimeMs: 1_790_000_000_123.25, uid: 1000, gid: 1000 } as const;

function file(path: string, content: string): { readonly entry: Entry; readonly content: Buffer } {
  const bytes = Buffer.from(content);
  return { entry: { ...BASE, path, type: "file", size: bytes.length }, content: bytes };
}

function archive(parts: readonly { readonly entry: Entry; readonly content?: Buffer }[]): Buffer {
  const blocks = parts.flatMap(({ entry, content = Buffer.alloc(0) }) => [
    tarHeader(entry),
    content,
    tarPadding(entry.size),
  ]);
  return Buffer.concat([...blocks, tarEnd()]);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Uint8Array, size = 700): Promise<readonly { entry: Entry; content: string }[]> {
  const all: { entry: Entry; content: string }[] = [];
  for await (const { entry, content } of readTar(inPieces(bytes, size))) {
    const parts: Uint8Array[] = [];
    for await (const piece of content) parts.push(Uint8Array.from(piece));
    all.push({ entry, content: Buffer.concat(parts).toString() });
  }
  return all;
}

it("what is written is read again, whatever the names are and however the bytes come", async () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 200 })
    .map((bytes) => nameOfBytes(bytes.map((byte) => (byte === 0 || byte === 47 ? 97 : byte))));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, fc.string()), { maxLength: 5 }),
      fc.integer({ min: 1, max: 3000 }),
      async (files, size) => {
        const parts = files.map(([path, content]) => file(path, content));
        const found = await readAll(archive(parts), size);
        expect(found).toEqual(parts.map(({ entry, content }) => ({ entry, content: content.toString() })));
      },
    ),
    { numRuns: 60 },
  );
});

it("any bytes are a name and are those bytes again", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const name = nameOfBytes(bytes);
      expect(bytesOfName(name)).toEqual(Buffer.from(bytes));
      expect(JSON.parse(JSON.stringify(name))).toBe(name);
    }),
  );
});

it("the program tar unpacks what is written: long names, links, times, modes", () => {
  const long = `${"deep/".repeat(60)}file`;
  const bytes = archive([
    { entry: { ...BASE, path: "d", type: "directory", size: 0, mode: 0o755 } },
    file("d/plain", "hello"),
    file(`d/${"ü".repeat(90)}`, "umlauts"),
    file(`d/${long}`, "far down"),
    { entry: { ...BASE, path: "d/to", type: "link", size: 0, target: "plain" } },
    { entry: { ...BASE, path: "d/again", type: "hard", size: 0, target: "d/plain" } },
  ]);
  writeFileSync(join(folder, "a.tar"), bytes);
  execFileSync("tar", ["-xf", "a.tar"], { cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } });
  expect(readFileSync(join(folder, "d", long), "utf8")).toBe("far down");
  expect(readFileSync(join(folder, "d", "ü".repeat(90)), "utf8")).toBe("umlauts");
  expect(readlinkSync(join(folder, "d/to"))).toBe("plain");
  expect(statSync(join(folder, "d/again")).ino).toBe(statSync(join(folder, "d/plain")).ino);
  expect(statSync(join(folder, "d/plain")).mode & 0o7777).toBe(0o640);
  expect(statSync(join(folder, "d/plain")).mtimeMs).toBeCloseTo(BASE.mtimeMs, 0);
});

it.each(["gnu", "pax", "ustar"])("what the program tar packs as %s is read", async (format) => {
  const name = format === "ustar" ? "short" : "x".repeat(180);
  writeFileSync(join(folder, name), "content");
  execFileSync("tar", [`--format=${format}`, "-cf", "a.tar", name], { cwd: folder });
  const [only] = await readAll(readFileSync(join(folder, "a.tar")));
  expect(only?.entry.path).toBe(name);
  expect(only?.content).toBe("content");
});

it("an archive that was cut, at any place, is damaged", async () => {
  const whole = archive([file("a", "x".repeat(3000)), file("b", "y")]);
  for (let at = 0; at < whole.length - 1024; at += 100)
    await expect(readAll(whole.subarray(0, at)), `cut at ${at}`).rejects.toMatchObject({ code: "E_DAMAGED" });
});
