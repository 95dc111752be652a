import { createHash, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import type { Target } from "../../../src/backup/target.ts";

export interface Opened {
  readonly target: Target;
  /** The same place, which cannot be reached any more; undefined: that cannot be told apart from an empty one. */
  readonly gone: () => Promise<Target>;
}

const MIB = 1024 * 1024;
const LIMIT_MS = 120_000;

/** What every place for backups promises. `open` gives an empty one. */
export function targetLaws(open: () => Promise<Opened>): void {
  const given = (title: string, law: (opened: Opened) => Promise<void>): void =>
    it(title, async () => law(await open()), LIMIT_MS);

  given("an empty target has nothing, and so has a folder that is not there", async ({ target }) => {
    expect(await target.list("")).toEqual([]);
    expect(await target.list("openmemory")).toEqual([]);
  });

  given("what was written is read back, and listed with its size below each of its folders", async ({ target }) => {
    const data = randomBytes(100_000);
    await target.write("openmemory/1/data.tar", pieces(data));
    await target.write("notes/1/manifest.json", pieces(Buffer.from("{}")));
    expect((await bytesOf(target.read("openmemory/1/data.tar"))).equals(data)).toBe(true);
    expect(await target.list("")).toEqual([
      { path: "notes/1/manifest.json", size: 2 },
      { path: "openmemory/1/data.tar", size: 100_000 },
    ]);
    expect(await target.list("openmemory")).toEqual([{ path: "openmemory/1/data.tar", size: 100_000 }]);
    expect(await target.list("open")).toEqual([]);
  });

  given("names may hold blanks, signs and any letters, and contents nothing at all", async ({ target }) => {
    const names = ["a b/grüße 日本語.tar", "x/--help", "x/100%,=$(id)'\".txt"];
    for (const name of names) await target.write(name, pieces(Buffer.from(name)));
    await target.write("x/empty", pieces(Buffer.alloc(0)));
    expect((await target.list("")).map(({ path }) => path)).toEqual([...names, "x/empty"].sort());
    for (const name of names) expect((await bytesOf(target.read(name))).toString()).toBe(name);
    expect(await bytesOf(target.read("x/empty"))).toHaveLength(0);
  });

  given("a path that leads out of it is refused", async ({ target }) => {
    const write = async (): Promise<void> => target.write("../out", pieces(Buffer.from("x")));
    await expect(write()).rejects.toMatchObject({ code: "E_BACKUP" });
  });

  given("what is written again takes the place of what was there", async ({ target }) => {
    await target.write("a/1", pieces(Buffer.from("first")));
    await target.write("a/1", pieces(Buffer.from("second!")));
    expect(await target.list("")).toEqual([{ path: "a/1", size: 7 }]);
    expect((await bytesOf(target.read("a/1"))).toString()).toBe("second!");
  });

  given("a write whose content breaks off throws that, and leaves nothing to be seen", async ({ target }) => {
    await target.write("a/0", pieces(Buffer.from("whole")));
    await expect(target.write("a/1", breakingOff(3 * MIB))).rejects.toThrow("the disk is gone");
    await expect(target.write("a/0", breakingOff(10))).rejects.toThrow("the disk is gone");
    expect(await target.list("")).toEqual([{ path: "a/0", size: 5 }]);
    expect((await bytesOf(target.read("a/0"))).toString()).toBe("whole");
  });

  given("removing takes a file away and no other; once more has no effect", async ({ target }) => {
    await target.write("a/1", pieces(Buffer.from("one")));
    await target.write("a/2", pieces(Buffer.from("two")));
    await target.remove("a/1");
    await target.remove("a/1");
    expect(await target.list("")).toEqual([{ path: "a/2", size: 3 }]);
  });

  given("reading what is not there is an error with a next step", async ({ target }) => {
    await target.write("a/1", pieces(Buffer.from("one")));
    const error = await bytesOf(target.read("a/2")).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "E_BACKUP", hint: expect.stringMatching(/\S/) });
  });

  given("a reader that has enough may leave", async ({ target }) => {
    await target.write("a/1", pieces(randomBytes(8 * MIB)));
    for await (const chunk of target.read("a/1")) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
  });

  given("a target that is gone says so when it is written to", async ({ gone }) => {
    const target = await gone();
    const error = await target.write("a/1", pieces(Buffer.from("one"))).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "E_BACKUP", hint: expect.stringMatching(/\S/) });
  });

  given("200 MB go through in bounded memory", async ({ target }) => {
    const before = process.memoryUsage.rss();
    let most = before;
    const sent = createHash("sha256");
    await target.write(
      "big/data",
      megabytes(200, (chunk) => (sent.update(chunk), (most = Math.max(most, process.memoryUsage.rss())))),
    );
    const got = createHash("sha256");
    for await (const chunk of target.read("big/data")) {
      got.update(chunk);
      most = Math.max(most, process.memoryUsage.rss());
    }
    expect(got.digest("hex")).toBe(sent.digest("hex"));
    expect(await target.list("big")).toEqual([{ path: "big/data", size: 200 * MIB }]);
    expect((most - before) / MIB).toBeLessThan(150);
  });
}

/** A content in uneven pieces. */
export async function* pieces(data: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < data.length; at += 30_011) yield data.subarray(at, at + 30_011);
}

export async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* breakingOff(after: number): AsyncIterable<Uint8Array> {
  yield* pieces(randomBytes(after));
  throw new Error("the disk is gone");
}

/** Different ones, so that nothing is kept once. */
async function* megabytes(count: number, seen: (chunk: Buffer) => void): AsyncIterable<Uint8Array> {
  const data = randomBytes(MIB);
  for (let each = 0; each < count; each += 1) {
    data.writeUInt32LE(each, 0);
    for (let at = 4; at + 4 <= MIB; at += 4096) data.writeUInt32LE((each * 2_654_435_761 + at) >>> 0, at);
    const chunk = Buffer.from(data);
    seen(chunk);
    yield chunk;
  }
}
