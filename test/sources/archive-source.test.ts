import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLocked, resolveSource, type Resolved } from "../../src/sources/resolve.ts";
import { serve, type FileServer } from "./file-server.ts";
import { tarball } from "./package-tarball.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";
import { zipFile } from "./zip-file.ts";

let world: World;
let server: FileServer | undefined;
beforeEach(() => {
  world = createWorld();
});
afterEach(async () => {
  world.remove();
  await server?.close();
  server = undefined;
});

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const paths = ({ tree }: Resolved): readonly string[] => tree.entries.map((entry) => entry.path);
const resolve = (url: string, more: { sha256?: string; path?: string } = {}): Promise<Resolved> =>
  resolveSource("demo", { type: "archive", url, ...more }, world.context);

const PLUGIN = tarball([
  ["plugin.yaml", PLUGIN_YAML],
  ["run.sh", { text: "#!/bin/sh\n", mode: 0o755 }],
  ["docs/guide.md", "guide"],
  ["GUIDE.md", { link: "docs/guide.md" }],
]);

describe("an archive source", () => {
  it("is locked to the digest of the file and of its content", async () => {
    server = await serve({ "/demo.tar.gz": PLUGIN });
    const url = `${server.url}/demo.tar.gz`;
    const { locked, tree } = await resolve(url);
    expect(locked).toEqual({
      source: { type: "archive", url },
      archiveSha256: sha256(PLUGIN),
      integrity: tree.integrity,
    });
    expect(tree.entries).toMatchObject([
      { type: "link", path: "GUIDE.md", target: "docs/guide.md" },
      { path: "docs/guide.md", executable: false },
      { path: "plugin.yaml" },
      { path: "run.sh", executable: true },
    ]);
  });

  it("is read from a file: address as well, made by the real tar and the real zip", async () => {
    world.write("made/plugin.yaml", PLUGIN_YAML);
    world.write("made/run.sh", "#!/bin/sh\n", 0o755);
    world.link("run.sh", "made/start");
    execFileSync("tar", ["-czf", world.path("demo.tgz"), "-C", world.path("made"), "."]);
    execFileSync("zip", ["-qry", world.path("demo.zip"), "."], { cwd: world.path("made") });
    const tar = await resolve(`file://${world.path("demo.tgz")}`);
    const zip = await resolve(`file://${world.path("demo.zip")}`);
    expect(paths(tar)).toEqual(["plugin.yaml", "run.sh", "start"]);
    expect(zip.locked.integrity).toBe(tar.locked.integrity);
    expect(zip.locked.archiveSha256).toBe(sha256(readFileSync(world.path("demo.zip"))));
  });

  it("loses the one folder at its top, as GitHub's archives have it, and what macOS left", async () => {
    const bytes = zipFile([
      { path: "tool-1.2.0/", data: "", mode: 0o40755 },
      { path: "tool-1.2.0/plugin.yaml", data: PLUGIN_YAML, deflate: true },
      { path: "tool-1.2.0/docs/a.md", data: "a" },
      { path: "__MACOSX/tool-1.2.0/._plugin.yaml", data: "x" },
    ]);
    expect(paths(await resolve(file("t.zip", bytes)))).toEqual(["docs/a.md", "plugin.yaml"]);
  });

  it("gives the folder that is named, or its .atk/", async () => {
    const bytes = tarball([
      ["mono-main/tools/a/.atk/plugin.yaml", PLUGIN_YAML],
      ["mono-main/tools/b/plugin.yaml", PLUGIN_YAML],
      ["mono-main/what?.md", "a name that no plugin may have, elsewhere"],
    ]);
    const url = file("mono.tar.gz", bytes);
    expect(paths(await resolve(url, { path: "tools/a" }))).toEqual(["plugin.yaml"]);
    expect(paths(await resolve(url, { path: "./tools/b/" }))).toEqual(["plugin.yaml"]);
    await expect(resolve(url)).rejects.toMatchObject({ code: "E_PLUGIN_INVALID" });
  });

  it("is opened on another machine from the lock alone, and from the cache without a network", async () => {
    server = await serve({ "/demo.tar.gz": PLUGIN });
    const url = `${server.url}/demo.tar.gz`;
    const first = await resolveSource("demo", { type: "archive", url }, { ...world.context, temporary: true });
    const tree = await openLocked("demo", first.locked, world.context);
    expect(tree.integrity).toBe(first.locked.integrity);
    await openLocked("demo", first.locked, { ...world.context, offline: true });
    expect(server.asked).toEqual(["/demo.tar.gz", "/demo.tar.gz"]);
  });

  it("that has become another file is refused with both digests, and nothing is kept of it", async () => {
    const other = tarball([["plugin.yaml", `${PLUGIN_YAML}# changed\n`]]);
    server = await serve({ "/demo.tar.gz": other });
    const url = `${server.url}/demo.tar.gz`;
    const locked = {
      source: { type: "archive", url } as const,
      archiveSha256: sha256(PLUGIN),
      integrity: `sha256-${"0".repeat(64)}`,
    };
    const error: unknown = await openLocked("demo", locked, world.context).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "E_INTEGRITY",
      exitCode: 13,
      hint: "atk lock demo (accepts what is there now)",
    });
    expect(String(error)).toContain(sha256(PLUGIN));
    expect(String(error)).toContain(sha256(other));
    expect(world.list(world.home)).toEqual([]);
  });

  it("with another digest than the manifest says is refused at once", async () => {
    const work = resolve(file("demo.tar.gz", PLUGIN), { sha256: "0".repeat(64) });
    await expect(work).rejects.toMatchObject({
      code: "E_INTEGRITY",
      message: expect.stringMatching(/the manifest says sha256 0000/),
    });
    expect((await resolve(file("demo.tar.gz", PLUGIN), { sha256: sha256(PLUGIN) })).locked.archiveSha256).toBe(
      sha256(PLUGIN),
    );
  });

  it("that is a web page is said to be no archive", async () => {
    await expect(resolve(file("demo.tar.gz", Buffer.from("<html>")))).rejects.toMatchObject({
      code: "E_PLUGIN_INVALID",
      message: expect.stringContaining("neither a tar.gz nor a zip"),
    });
  });
});

describe("a download", () => {
  it("follows redirects on this machine and to https, and to nothing else", async () => {
    server = await serve({
      "/demo.tar.gz": PLUGIN,
      "/moved.tar.gz": (_request, response) => void response.writeHead(302, { location: "/demo.tar.gz" }).end(),
      "/away.tar.gz": (_request, response) =>
        void response.writeHead(302, { location: "http://example.com/demo.tar.gz" }).end(),
      "/file.tar.gz": (_request, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "/ring.tar.gz": (_request, response) => void response.writeHead(302, { location: "/ring.tar.gz" }).end(),
    });
    expect((await resolve(`${server.url}/moved.tar.gz`)).locked.archiveSha256).toBe(sha256(PLUGIN));
    for (const path of ["away", "file"])
      await expect(resolve(`${server.url}/${path}.tar.gz`)).rejects.toMatchObject({
        code: "E_SOURCE",
        message: expect.stringMatching(/leads to .* is not an https address/),
      });
    await expect(resolve(`${server.url}/ring.tar.gz`)).rejects.toMatchObject({
      message: expect.stringMatching(/more than 5 times/),
    });
  });

  it("says what the server answered", async () => {
    server = await serve({ "/down.tar.gz": (_request, response) => void response.writeHead(503).end() });
    await expect(resolve(`${server.url}/down.tar.gz`)).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining("503"),
    });
    await expect(resolve(`${server.url}/none.tar.gz`)).rejects.toMatchObject({ code: "E_PLUGIN_NOT_FOUND" });
  });

  it("that breaks off leaves nothing", async () => {
    server = await serve({
      "/demo.tar.gz": (_request, response) => {
        response.writeHead(200, { "content-length": String(PLUGIN.length) });
        response.write(PLUGIN.subarray(0, 50), () => response.destroy());
      },
    });
    await expect(resolve(`${server.url}/demo.tar.gz`)).rejects.toMatchObject({ code: "E_SOURCE" });
    expect(world.list(world.home)).toEqual([]);
  });

  it("that never ends is given up at the limit of its size", async () => {
    const piece = Buffer.alloc(8 * 1024 * 1024);
    server = await serve({
      "/demo.tar.gz": (_request, response) => {
        const more = (): void => void (response.destroyed || response.write(piece, more));
        more();
      },
    });
    await expect(resolve(`${server.url}/demo.tar.gz`)).rejects.toMatchObject({
      code: "E_HOSTILE",
      message: expect.stringContaining("larger than 200 MiB"),
    });
  });

  it("where nobody listens is an error of this source", async () => {
    await expect(resolve("http://127.0.0.1:1/demo.tar.gz")).rejects.toMatchObject({ code: "E_SOURCE" });
    await expect(resolve(`file://${world.path("none.tgz")}`)).rejects.toMatchObject({ code: "E_PLUGIN_NOT_FOUND" });
  });

  it("is not tried without a network", async () => {
    const source = { type: "archive", url: "https://example.com/x.zip" } as const;
    await expect(resolveSource("demo", source, { ...world.context, offline: true })).rejects.toMatchObject({
      code: "E_SOURCE",
    });
  });
});

function file(name: string, bytes: Uint8Array): string {
  return `file://${world.write(name, bytes)}`;
}
