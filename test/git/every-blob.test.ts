import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { everyBlob, type EveryBlob } from "../../src/git/native/every-blob.ts";
import { createScratch, type Scratch } from "./scratch.ts";

describe("every content of a repository", () => {
  let scratch: Scratch;

  beforeEach(() => {
    scratch = createScratch();
    scratch.git("init", "-q");
  });
  afterEach(() => scratch.remove());

  const program = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const request = (more: { directory?: string; maxBytes?: number } = {}) =>
    everyBlob({ program, directory: scratch.home, machine: scratch.host().machine, ...more });

  async function all(more?: { directory?: string; maxBytes?: number }): Promise<EveryBlob[]> {
    const blobs: EveryBlob[] = [];
    for await (const blob of request(more)) blobs.push(blob);
    return blobs;
  }

  function commit(message: string, files: Readonly<Record<string, string | Uint8Array>>): string {
    for (const [path, content] of Object.entries(files)) scratch.write(path, content);
    scratch.git("add", "-A");
    scratch.git("commit", "-q", "-m", message);
    return scratch.git("rev-parse", "HEAD").trim();
  }

  it("comes once, with its path and the first commit that has it, oldest first", async () => {
    const first = commit("One", { "a.txt": "one", "deep/er/b.txt": "same" });
    const second = commit("Two", { "a.txt": "two", "copy.txt": "same" });
    const third = commit("Three", { "a.txt": "one", "new line.txt": "three" });
    const blobs = (await all()).map(({ path, commit, bytes }) => [path, commit, Buffer.from(bytes ?? []).toString()]);
    expect(blobs.slice(0, 2).toSorted()).toEqual([
      ["a.txt", first, "one"],
      ["deep/er/b.txt", first, "same"],
    ]);
    expect(blobs.slice(2)).toEqual([
      ["a.txt", second, "two"],
      ["new line.txt", third, "three"],
    ]);
  });

  it("comes from every branch, the stash, tags, and a detached HEAD", async () => {
    commit("Begin", { "a.txt": "begin" });
    scratch.git("checkout", "-q", "-b", "side");
    commit("Side", { "side.txt": "side" });
    scratch.git("checkout", "-q", "trunk");
    scratch.git("checkout", "-q", "-b", "gone");
    commit("Gone", { "gone.txt": "gone" });
    scratch.git("tag", "-a", "-m", "Kept", "kept");
    scratch.git("checkout", "-q", "trunk");
    scratch.git("branch", "-q", "-D", "gone");
    scratch.write("a.txt", "stashed");
    scratch.git("stash", "-q");
    scratch.git("checkout", "-q", "--detach");
    commit("Detached", { "detached.txt": "detached" });
    const contents = (await all()).map(({ bytes }) => Buffer.from(bytes ?? []).toString());
    expect(contents.toSorted()).toEqual(["begin", "detached", "gone", "side", "stashed"]);
  });

  it("has all its bytes, also none, and names as they are", async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_value, index) => (index * 7) % 256);
    commit("Bytes", { "bytes.bin": bytes, empty: "", 'naïve "name".txt': "x\n\ny" });
    const found = new Map((await all()).map(({ path, bytes: content }) => [path, content]));
    expect(Buffer.from(found.get("bytes.bin") ?? []).equals(bytes)).toBe(true);
    expect(found.get("empty")?.length).toBe(0);
    expect(Buffer.from(found.get('naïve "name".txt') ?? []).toString()).toBe("x\n\ny");
  });

  it("comes also when there are many more than git is asked for ahead", async () => {
    const files = Object.fromEntries(Array.from({ length: 500 }, (_value, index) => [`f${index}`, `content ${index}`]));
    commit("Many", files);
    const found = (await all()).map(({ path, bytes }) => [path, Buffer.from(bytes ?? []).toString()]);
    expect(Object.fromEntries(found)).toEqual(files);
  });

  it("comes without its bytes when it is too large", async () => {
    commit("Large", { large: "x".repeat(101), small: "x".repeat(100) });
    const found = (await all({ maxBytes: 100 })).map(({ path, sizeBytes, bytes }) => [path, sizeBytes, bytes?.length]);
    expect(found.toSorted()).toEqual([
      ["large", 101, undefined],
      ["small", 100, 100],
    ]);
  });

  it("is nothing before the first commit", async () => {
    expect(await all()).toEqual([]);
  });

  it("ends git when nobody wants more", async () => {
    commit("Many", Object.fromEntries(Array.from({ length: 200 }, (_value, index) => [`f${index}`, `${index}`])));
    for await (const blob of request()) {
      expect(blob.bytes).toBeDefined();
      break;
    }
  });

  it("refuses a folder without a repository, and one that is damaged", async () => {
    await expect(all({ directory: scratch.root })).rejects.toMatchObject({ code: "E_GIT" });
    commit("One", { "a.txt": "one" });
    const id = scratch.git("rev-parse", "HEAD:a.txt").trim();
    rmSync(join(scratch.home, ".git/objects", id.slice(0, 2)), { recursive: true });
    expect(readdirSync(join(scratch.home, ".git/objects")).length).toBeGreaterThan(0);
    await expect(all()).rejects.toMatchObject({ code: "E_GIT" });
  });
});
