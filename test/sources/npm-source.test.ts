import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Host, RunRequest, RunResult } from "../../src/core/host.ts";
import type { Source } from "../../src/manifest/manifest.ts";
import { parsePlugin } from "../../src/manifest/parse-plugin.ts";
import { openLocked, resolveSource, type Resolved } from "../../src/sources/resolve.ts";
import { packageTarball } from "./package-tarball.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";

type NpmSource = Extract<Source, { type: "npm" }>;
const MEMORY = "@modelcontextprotocol/server-memory";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

const resolve = (source: Omit<NpmSource, "type">, context = world.context): Promise<Resolved> =>
  resolveSource("demo", { type: "npm", ...source }, context);
const yamlOf = async ({ tree }: Resolved): Promise<string> => new TextDecoder().decode(await tree.read("plugin.yaml"));

describe("an npm source, asked of the real registry", () => {
  it("is locked to an exact version, the package's integrity and the digest of its plugin", async () => {
    const resolved = await resolve({ package: MEMORY, version: "2026.8.x" });
    expect(resolved.locked).toEqual({
      source: { type: "npm", package: MEMORY, version: "2026.8.x" },
      version: "2026.8.31",
      packageIntegrity:
        "sha512-ljj/3S4aGjxdNSQWw6gucKKGnTLdBPWxzapyY/MT2tOVyZwvxChvevXSLPwx59nKJAlVpUVW+cOlnVRXRwiqMQ==",
      integrity: resolved.tree.integrity,
    });
    const { plugin } = parsePlugin({
      id: "demo",
      text: await yamlOf(resolved),
      file: "plugin.yaml",
      hasSkillMd: false,
    });
    expect(plugin).toMatchObject({
      name: "server-memory",
      version: "2026.8.31",
      servers: [{ transport: "stdio", command: "npx", args: ["-y", `${MEMORY}@2026.8.31`] }],
    });
  });

  it("with two programs takes the one that is called like the package", async () => {
    const { tree } = await resolve({ package: "chrome-devtools-mcp", version: "1.11.0" });
    expect(new TextDecoder().decode(await tree.read("plugin.yaml"))).toContain(
      'args: ["-y", "chrome-devtools-mcp@1.11.0"]',
    );
  });

  it("is opened again from the lock alone, on another machine, with the same digest", async () => {
    const { locked } = await resolve({ package: MEMORY, version: "2026.8.31" }, { ...world.context, temporary: true });
    const tree = await openLocked("demo", locked, world.context);
    expect(tree.integrity).toBe(locked.integrity);
    const again = await openLocked("demo", locked, { ...world.context, offline: true });
    expect(again.integrity).toBe(locked.integrity);
  });

  it("leaves HOME alone in a plan, npm's own cache and logs included", async () => {
    const { npm_config_cache: _cache, ...env } = world.host.machine.env;
    const other = createWorld({ env: { ...env, HOME: world.home } });
    const context = { ...world.context, host: other.host, temporary: true };
    await resolve({ package: MEMORY, version: "2026.8.31" }, context);
    expect(world.list(world.home)).toEqual([]);
    expect(world.list(world.temporary)).toEqual([]);
    other.remove();
  });

  it.each([
    [
      { package: "@modelcontextprotocol/there-is-no-such-server" },
      "E_PLUGIN_NOT_FOUND",
      /there is no npm package @modelcontextprotocol\/there-is-no-such-server/,
    ],
    [{ package: MEMORY, version: "999" }, "E_SOURCE", /No matching version/],
    [
      { package: "fastest-levenshtein", version: "1.0.16" },
      "E_PLUGIN_INVALID",
      /fastest-levenshtein@1.0.16 has no plugin.yaml.*it has no programs/,
    ],
  ] as const)("%j is refused in clear words", async (source, code, message) => {
    await expect(resolve(source)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

/** npm as a function: gives a package of ours, and says of it what the registry would. */
function npmWith(
  tarball: Uint8Array,
  stated = `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
): Host {
  const { host } = world;
  const run = async ({ args = [] }: RunRequest): Promise<RunResult> => {
    const folder = args.find((arg) => arg.startsWith("--pack-destination="))?.slice("--pack-destination=".length);
    if (folder !== undefined) await host.files.create(`${folder}/demo-1.2.3.tgz`, tarball, 0o600);
    const answer = folder === undefined ? stated : [{ name: "@mia/demo", version: "1.2.3" }];
    return { exitCode: 0, stdout: JSON.stringify(answer), stderr: "", timedOut: false };
  };
  return { ...host, programs: { ...host.programs, run } };
}

const demo = (host: Host): Promise<Resolved> => resolve({ package: "@mia/demo" }, { ...world.context, host });
const packageJson = (more: object): string => JSON.stringify({ name: "@mia/demo", version: "1.2.3", ...more });

describe("an npm package", () => {
  it("that brings .atk/plugin.yaml is that plugin", async () => {
    const tarball = packageTarball({
      "package.json": "{}",
      "index.js": "x",
      ".atk/plugin.yaml": PLUGIN_YAML,
      ".atk/SKILL.md": "x",
    });
    expect((await demo(npmWith(tarball))).tree.entries.map((entry) => entry.path)).toEqual(["SKILL.md", "plugin.yaml"]);
  });

  it("that has atk's plugin.yaml at the top is the plugin as a whole, with its x bits, without node_modules", async () => {
    const tarball = packageTarball({
      "package.json": "{}",
      "plugin.yaml": PLUGIN_YAML,
      "run.sh": { text: "#!/bin/sh\n", mode: 0o755 },
      "node_modules/dep/index.js": "x",
    });
    expect((await demo(npmWith(tarball))).tree.entries).toMatchObject([
      { path: "package.json", executable: false },
      { path: "plugin.yaml", executable: false },
      { path: "run.sh", executable: true },
    ]);
  });

  it("with a plugin.yaml of another tool gets one made for it", async () => {
    const tarball = packageTarball({
      "package.json": packageJson({ bin: "cli.js" }),
      "plugin.yaml": "id: helm\n",
      "README.md": "# Demo",
    });
    const resolved = await demo(npmWith(tarball));
    expect(resolved.tree.entries.map((entry) => entry.path)).toEqual(["README.md", "plugin.yaml"]);
    expect(await yamlOf(resolved)).toContain('args: ["-y", "@mia/demo@1.2.3"]');
  });

  it("that has no program but is a Claude Code plugin is that plugin", async () => {
    const files = { ".claude-plugin/plugin.json": '{"name": "demo"}', "commands/go.md": "Go.\n" };
    const { tree } = await demo(npmWith(packageTarball({ "package.json": packageJson({}), ...files })));
    expect(tree.entries.map((entry) => entry.path)).toContain("skills/go/SKILL.md");
    const started = await demo(npmWith(packageTarball({ "package.json": packageJson({ bin: "cli.js" }), ...files })));
    expect(await yamlOf(started)).toContain("command: npx");
  });

  it("gets a plugin.yaml that is the same in every version of atk, since the lock has its digest", async () => {
    const tarball = packageTarball({
      "package.json": packageJson({ bin: { demo: "a.js" }, description: 'Says "hi"\nand: more #1' }),
    });
    expect(await yamlOf(await demo(npmWith(tarball)))).toBe(
      [
        'schema_version: "2026-11-21"',
        'name: "demo"',
        'description: "Says \\"hi\\" and: more #1"',
        'version: "1.2.3"',
        "maturity: community",
        "mcp:",
        "  transport: stdio",
        "  command: npx",
        '  args: ["-y", "@mia/demo@1.2.3"]',
        "",
      ].join("\n"),
    );
  });

  it.each([
    [{}, /it has no programs/],
    [{ bin: { one: "1.js", two: "2.js" } }, /its programs are one, two/],
  ])("with %j is refused, since nobody knows what to start", async (more, message) => {
    const tarball = packageTarball({ "package.json": packageJson(more) });
    await expect(demo(npmWith(tarball))).rejects.toMatchObject({
      code: "E_PLUGIN_INVALID",
      message: expect.stringMatching(message),
    });
  });

  it("with two names for one program is fine", async () => {
    const tarball = packageTarball({ "package.json": packageJson({ bin: { one: "1.js", other: "1.js" } }) });
    expect(await yamlOf(await demo(npmWith(tarball)))).toContain("npx");
  });

  it("that is not what the registry says it published is refused, and not kept", async () => {
    const tarball = packageTarball({ "package.json": packageJson({ bin: "a.js" }) });
    const stated = `sha512-${Buffer.alloc(64).toString("base64")}`;
    await expect(demo(npmWith(tarball, stated))).rejects.toMatchObject({
      code: "E_INTEGRITY",
      exitCode: 13,
      message: expect.stringContaining(`expected ${stated}, found sha512-`),
    });
    expect(world.list(world.home)).toEqual([]);
  });

  it("that is not what the lock says is refused", async () => {
    const tarball = packageTarball({ "package.json": packageJson({ bin: "a.js" }) });
    const { locked } = await resolve(
      { package: "@mia/demo" },
      { ...world.context, host: npmWith(tarball), temporary: true },
    );
    const forged = packageTarball({ "package.json": packageJson({ bin: "evil.js" }) });
    await expect(openLocked("demo", locked, { ...world.context, host: npmWith(forged) })).rejects.toMatchObject({
      code: "E_INTEGRITY",
    });
  });

  it("is never unpacked over a path outside: such an archive is refused", async () => {
    const tarball = packageTarball({ "plugin.yaml": PLUGIN_YAML, "../../evil.sh": "x" });
    await expect(demo(npmWith(tarball))).rejects.toMatchObject({ code: "E_HOSTILE" });
    expect(world.list(world.root).filter((path) => path.includes("evil"))).toEqual([]);
  });

  it.each([
    ["a link out", { link: "../../etc/passwd" }, /points out of the plugin/],
    ["a hard link", { hardLink: "package/plugin.yaml" }, /it is a Link entry/],
    ["a device", { device: true }, /it is a CharacterDevice entry/],
  ] as const)("with %s is refused", async (_what, entry, message) => {
    const tarball = packageTarball({ "plugin.yaml": PLUGIN_YAML, odd: entry });
    await expect(demo(npmWith(tarball))).rejects.toMatchObject({
      code: "E_HOSTILE",
      message: expect.stringMatching(message),
    });
  });

  it("that unpacks to far more than it is gets refused", async () => {
    const tarball = packageTarball({ "plugin.yaml": PLUGIN_YAML, zeros: "\0".repeat(101 * 1024 * 1024) });
    expect(tarball.length).toBeLessThan(1024 * 1024);
    await expect(demo(npmWith(tarball))).rejects.toMatchObject({
      code: "E_HOSTILE",
      message: expect.stringMatching(/more than 100 MiB|decompress/i),
    });
  });

  it("that is not an archive is refused as an error of the source, not as a bug", async () => {
    await expect(demo(npmWith(Buffer.from("<html>502</html>")))).rejects.toMatchObject({
      code: "E_HOSTILE",
      message: expect.stringContaining("cannot be read as a tar.gz archive"),
    });
  });
});

describe("npm", () => {
  const answering = (result: Partial<RunResult>): Host => {
    const run = async (): Promise<RunResult> => ({
      exitCode: 1,
      stdout: "",
      stderr: "",
      timedOut: false,
      ...result,
    });
    return { ...world.host, programs: { ...world.host.programs, run } };
  };

  it.each([
    [{ exitCode: 127 }, "E_PROGRAM", /npm is not installed/],
    [{ timedOut: true }, "E_SOURCE", /did not answer/],
    [
      {
        stdout: '{"error":{"code":"ENOTFOUND","summary":"request to https://mia:pa55@npm.example.com/x failed"}}',
      },
      "E_SOURCE",
      /request to https:\/\/\*\*\*@npm.example.com/,
    ],
    [{ exitCode: 0, stdout: "[]" }, "E_SOURCE", /gave no package/],
  ] as const)("that answers %j is reported without secrets", async (result, code, message) => {
    await expect(demo(answering(result))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it("is not started when the network is not to be used", async () => {
    const host = answering({ exitCode: 127 });
    const context = { ...world.context, host, offline: true };
    await expect(resolve({ package: "@mia/demo" }, context)).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining("not on this machine"),
    });
  });
});
