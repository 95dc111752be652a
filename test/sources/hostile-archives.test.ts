import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { resolveSource } from "../../src/sources/resolve.ts";
import { tarball, type Entry } from "./package-tarball.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";
import { zipFile, type ZipEntry } from "./zip-file.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

/** The refusal of an archive; neither the store nor anything else was written. */
async function refusal(bytes: Uint8Array): Promise<string> {
  const archive = world.write("archive", bytes);
  const before = world.list(world.root);
  const source = { type: "archive", url: `file://${archive}` } as const;
  const error: unknown = await resolveSource("demo", source, world.context).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AtkError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(error.code).toBe("E_HOSTILE");
  expect(world.list(world.root)).toEqual(before);
  return error.message;
}

const MIB = 1024 * 1024;
const tar = (...entries: readonly (readonly [string, Entry])[]): Uint8Array => tarOf(entries);
const tarOf = (entries: readonly (readonly [string, Entry])[]): Uint8Array =>
  tarball([["plugin.yaml", PLUGIN_YAML], ...entries]);
const zip = (...entries: readonly ZipEntry[]): Uint8Array => zipOf(entries);
const zipOf = (entries: readonly ZipEntry[]): Uint8Array =>
  zipFile([{ path: "plugin.yaml", data: PLUGIN_YAML }, ...entries]);

const NAMES: readonly (readonly [string, string, RegExp])[] = [
  ["a path that climbs out", "../evil", /"..\/evil": the path contains ".."/],
  ["a path that climbs out further in", "a/../../evil", /contains ".."/],
  ["an absolute path", "/etc/evil", /the path is absolute/],
  ["a path on a Windows drive", "C:/evil", /the path is absolute/],
  ["a backslash", "..\\evil", /backslash/],
  ["a newline in a name", "a\nb", /"a\\nb": the name contains a control character/],
  ["an escape character in a name, shown without it", "a\u001B[2Jb", /"a\\u001b\[2Jb"/],
  ["a name that turns the text around", "\u202Egpj.sh", /"\\u202egpj.sh": .*text-reversing/],
  ["a device of Windows", "NUL", /device on Windows/],
  ["letters in another case", "Plugin.yaml", /letter case/],
  ["the same path twice", "plugin.yaml", /it is there twice/],
  ["a folder called like a file", "plugin.yaml/x", /same name is used for a folder/],
  ["a repository inside", "vendor/.git/config", /git repository inside a plugin/],
];

describe.each([
  ["a tar.gz", (path: string) => tar([path, "x"])],
  ["a zip", (path: string) => zip({ path, data: "x" })],
] as const)("%s is refused, with the path and the reason, when it has", (_kind, make) => {
  it.each(NAMES)("%s", async (_what, path, reason) => expect(await refusal(make(path))).toMatch(reason));
});

describe.each([
  ["a tar.gz", (target: string) => tar(["notes", { link: target }])],
  ["a zip", (target: string) => zip({ path: "notes", data: target, mode: 0o120777 })],
] as const)("a link in %s is refused when it", (_kind, make) => {
  it.each([
    ["is absolute", "/etc/passwd", /"notes": the link points to the absolute path/],
    ["climbs out", "../../secret", /the link points out of the plugin/],
    ["has backslashes", "..\\secret", /absolute path/],
    ["leads nowhere", "nowhere", /not part of the plugin/],
    ["leads to itself", "notes", /ring/],
  ])("%s", async (_what, target, reason) => expect(await refusal(make(target))).toMatch(reason));
});

describe("a tar.gz is refused when it has", () => {
  it("a hard link", async () => {
    expect(await refusal(tar(["passwd", { hardLink: "/etc/passwd" }]))).toMatch(
      /"passwd": it is a hard link, not a file/,
    );
  });

  it("a device", async () => {
    expect(await refusal(tar(["zero", { device: true }]))).toMatch(/"zero": it is a device/);
  });

  it("a file below a link", async () => {
    expect(await refusal(tar(["docs/a", "x"], ["up", { link: "docs" }], ["up/b", "x"]))).toMatch(
      /same name is used for a folder/,
    );
  });

  it("more than 100 MiB of zeros for a plugin", async () => {
    expect(await refusal(tar(["zeros", { text: "\0".repeat(101 * MIB), mode: 0o644 }]))).toMatch(/more than 100 MiB/);
  });

  it("an archive that goes on for a gigabyte", async () => {
    const member = tarball([["zeros", { text: "\0".repeat(64 * MIB), mode: 0o644 }]], 0);
    // A gzip file may have members, which are unpacked one after the other.
    const bomb = Buffer.concat([...Array.from({ length: 16 }, () => member), tar()]);
    expect(bomb.length).toBeLessThan(8 * MIB);
    expect(await refusal(bomb)).toMatch(/unpacks to more than 500 MiB/);
  });

  it("a lot behind its end: that is not read", async () => {
    const archive = world.write("archive", Buffer.concat([tar(), gzipSync(Buffer.alloc(64 * MIB), { level: 1 })]));
    const { tree } = await resolveSource("demo", { type: "archive", url: `file://${archive}` }, world.context);
    expect(tree.entries).toHaveLength(1);
  });

  it("200,000 files", async () => {
    const many = Array.from({ length: 200_000 }, () => ["f", ""] as const);
    expect(await refusal(tarOf(many))).toMatch(/more than 50000 entries/);
  });

  it("another archive as its whole content", async () => {
    expect(await refusal(gzipSync(tar()))).toMatch(/a gzip file in a gzip file/);
  });

  it("an end in the middle", async () => {
    const whole = tar(["large", "x".repeat(5000)]);
    expect(await refusal(whole.subarray(0, whole.length - 20))).toMatch(/cannot be read as a tar.gz/);
  });
});

describe("a zip is refused when it has", () => {
  it("entries that share their bytes", async () => {
    expect(await refusal(zip({ path: "a", data: "x" }, { path: "b", localPath: "a", data: "x", bytesOf: 1 }))).toMatch(
      /"b": it (has another name|lies in the same bytes)/,
    );
    expect(await refusal(zip({ path: "a", data: "x" }, { path: "a", data: "x", bytesOf: 1 }))).toMatch(
      /"a": it lies in the same bytes as "a"/,
    );
  });

  it("a size that is a lie", async () => {
    const zeros = Buffer.alloc(MIB);
    expect(await refusal(zip({ path: "a", data: zeros, deflate: true, claimedSize: 10 }))).toMatch(
      /"a": its content is not what the archive says/,
    );
    expect(await refusal(zip({ path: "a", data: "x", deflate: true, claimedSize: 10 }))).toMatch(
      /"a": its content is not/,
    );
  });

  it("a checksum that is a lie", async () => {
    expect(await refusal(zip({ path: "a", data: "x", claimedCrc: 1 }))).toMatch(/"a": its checksum/);
  });

  it("another name where the bytes begin", async () => {
    expect(await refusal(zip({ path: "a.md", localPath: "a.sh", data: "x" }))).toMatch(/"a.md": it has another name/);
  });

  it("a device", async () => {
    expect(await refusal(zip({ path: "zero", data: "", mode: 0o020666 }))).toMatch(/"zero": it is a device/);
  });

  it("an encrypted entry", async () => {
    expect(await refusal(zip({ path: "a", data: "x".repeat(20), claimedSize: 8, flags: 0x801 }))).toMatch(
      /"a": it is encrypted/,
    );
  });

  it("a gigabyte of zeros", async () => {
    const many = Array.from({ length: 16 }, (_, index) => ({ path: `z${index}`, data: "x", deflate: true }));
    expect(await refusal(zipOf(many.map((each) => ({ ...each, claimedSize: 64 * MIB }))))).toMatch(
      /unpacks to more than 500 MiB/,
    );
    expect(await refusal(zip({ path: "z", data: Buffer.alloc(101 * MIB), deflate: true }))).toMatch(
      /more than 100 MiB/,
    );
  });

  it("60,000 files", async () => {
    const many = Array.from({ length: 60_000 }, (_, index) => ({ path: `f${index}`, data: "" }));
    expect(await refusal(zipOf(many))).toMatch(/more than 50000 entries/);
  });

  it("more files than it says", async () => {
    const many = Array.from({ length: 66_000 }, (_, index) => ({ path: `f${index}`, data: "" }));
    expect(await refusal(zipOf(many))).toMatch(/more entries than it says/);
  });

  it("a link with a target as long as a book", async () => {
    expect(await refusal(zip({ path: "l", data: "x/".repeat(3000), mode: 0o120777 }))).toMatch(/target is too long/);
  });

  it("an end that is missing", async () => {
    expect(await refusal(zip().subarray(0, 60))).toMatch(/cannot be read as a zip/);
  });
});
