import { describe, expect, it } from "vitest";
import { parseSpec, type ParsedSpec } from "../../src/sources/parse-spec.ts";

const parse = (
  text: string,
  there: readonly string[] = [],
  registry: readonly string[] = ["github", "everything"],
): Promise<ParsedSpec> =>
  parseSpec(text, {
    registries: ["acme"],
    exists: async (path) => there.includes(path),
    homeDirectory: "/home/mia",
    inRegistry: async (name) => registry.includes(name),
  });

describe("what is typed after `atk add` means", () => {
  it.each([
    ["github", { name: "github", source: { type: "registry" } }],
    ["  github  ", { name: "github", source: { type: "registry" } }],
    ["github@1.2.0", { name: "github", source: { type: "registry", version: "1.2.0" } }],
    ["./github", { source: { type: "local", path: "./github" } }],
    ["../tools/mine", { source: { type: "local", path: "../tools/mine" } }],
    ["/srv/plugins/mine", { source: { type: "local", path: "/srv/plugins/mine" } }],
    ["~/mine", { source: { type: "local", path: "/home/mia/mine" } }],
    [".", { source: { type: "local", path: "." } }],
    ["~", { source: { type: "local", path: "/home/mia" } }],
    ["C:\\tools\\mine", { source: { type: "local", path: "C:\\tools\\mine" } }],
    [".\\mine", { source: { type: "local", path: ".\\mine" } }],
    ["npm:chrome-devtools-mcp", { source: { type: "npm", package: "chrome-devtools-mcp" } }],
    ["npm:@playwright/mcp@^0.0.80", { source: { type: "npm", package: "@playwright/mcp", version: "^0.0.80" } }],
    ["npm:left-pad@next", { source: { type: "npm", package: "left-pad", version: "next" } }],
    ["https://example.com/tool.git", { source: { type: "git", url: "https://example.com/tool.git" } }],
    [
      "https://example.com/tool.git#v1.2.0",
      { source: { type: "git", url: "https://example.com/tool.git", ref: "v1.2.0" } },
    ],
    [
      "https://example.com/mono//tools/a#main",
      { source: { type: "git", url: "https://example.com/mono", ref: "main", path: "tools/a" } },
    ],
    ["github.com/mia/tool", { source: { type: "git", url: "https://github.com/mia/tool" } }],
    ["git@github.com:mia/tool.git#main", { source: { type: "git", url: "git@github.com:mia/tool.git", ref: "main" } }],
    ["git@github.com:mia/tool.git//sub", { source: { type: "git", url: "git@github.com:mia/tool.git", path: "sub" } }],
    ["ssh://git@example.com:2222/tool", { source: { type: "git", url: "ssh://git@example.com:2222/tool" } }],
    ["git://example.com/tool", { source: { type: "git", url: "git://example.com/tool" } }],
    ["file:///srv/git/tool", { source: { type: "git", url: "file:///srv/git/tool" } }],
    ["mia/tool", { source: { type: "git", url: "https://github.com/mia/tool" } }],
    ["mia/tool#v1.2", { source: { type: "git", url: "https://github.com/mia/tool", ref: "v1.2" } }],
    ["mia/mono//tools/a", { source: { type: "git", url: "https://github.com/mia/mono", path: "tools/a" } }],
    [
      "mia/mono#feature/x//tools/a",
      { source: { type: "git", url: "https://github.com/mia/mono", ref: "feature/x", path: "tools/a" } },
    ],
    ["acme/github", { name: "github", source: { type: "registry", registry: "acme" } }],
    ["acme/github@1.2", { name: "github", source: { type: "registry", version: "1.2", registry: "acme" } }],
    ["github@^1.2 <2", { name: "github", source: { type: "registry", version: "^1.2 <2" } }],
    [
      "https://example.com/tool-1.2.tar.gz",
      { source: { type: "archive", url: "https://example.com/tool-1.2.tar.gz" } },
    ],
    ["https://example.com/Tool.MCPB", { source: { type: "archive", url: "https://example.com/Tool.MCPB" } }],
    [
      "https://example.com/mono.zip?v=2//tools/a",
      { source: { type: "archive", url: "https://example.com/mono.zip?v=2", path: "tools/a" } },
    ],
    [
      `file:///srv/tool.tgz#sha256=${"AB".repeat(32)}`,
      { source: { type: "archive", url: "file:///srv/tool.tgz", sha256: "ab".repeat(32) } },
    ],
    ["http://127.0.0.1:8080/tool.zip", { source: { type: "archive", url: "http://127.0.0.1:8080/tool.zip" } }],
    ["oci:ghcr.io/acme/server:1.2.0", { source: { type: "oci", image: "ghcr.io/acme/server:1.2.0" } }],
    [
      `oci:localhost:5000/acme/server@sha256:${"0".repeat(64)}`,
      { source: { type: "oci", image: `localhost:5000/acme/server@sha256:${"0".repeat(64)}` } },
    ],
    ["mcp:io.github.mia/tool", { source: { type: "mcp-registry", server: "io.github.mia/tool" } }],
    [
      "mcp-registry:io.github.mia/tool@1.0.0",
      { source: { type: "mcp-registry", server: "io.github.mia/tool", version: "1.0.0" } },
    ],
    ["./server.json", { source: { type: "mcp-registry", server: "./server.json" } }],
    [
      "https://example.com/x/server.json",
      { source: { type: "mcp-registry", server: "https://example.com/x/server.json" } },
    ],
    ["file:///srv/git/tool#v1", { source: { type: "git", url: "file:///srv/git/tool", ref: "v1" } }],
  ] as const)("%s", async (text, meant) => expect(await parse(text)).toEqual(meant));
});

describe("a plain word", () => {
  it("is a name of the registry, also where a folder of that name is", async () => {
    expect(await parse("github", ["github"])).toEqual({ name: "github", source: { type: "registry" } });
  });

  it("that only a folder has is not taken for the folder, but asked about", async () => {
    await expect(parse("my-tool", ["my-tool"])).rejects.toMatchObject({
      code: "E_PLUGIN_NOT_FOUND",
      hint: "did you mean ./my-tool?",
    });
  });

  it("that nobody knows is left to the registry, which knows what is near", async () => {
    expect(await parse("githup")).toEqual({ name: "githup", source: { type: "registry" } });
  });
});

describe("an archive with a digest that is none", () => {
  it("is refused, and not taken for a git address", async () => {
    await expect(parse("https://example.com/tool.tgz#sha256=12")).rejects.toMatchObject({
      code: "E_USAGE",
      message: expect.stringContaining('"12" is not a sha256'),
    });
  });
});

describe("what can be no name", () => {
  it("is a path when it is there", async () => {
    expect(await parse("plugins/mine", ["plugins/mine"])).toEqual({
      source: { type: "local", path: "plugins/mine" },
    });
    expect(await parse("mia/tool", ["mia/tool"])).toEqual({ source: { type: "local", path: "mia/tool" } });
    expect(await parse("plugin.yaml", ["plugin.yaml"])).toEqual({
      source: { type: "local", path: "plugin.yaml" },
    });
  });

  it.each([
    ["@playwright/mcp", "did you mean npm:@playwright/mcp?"],
    ["Some Thing", "atk search (lists what there is)"],
  ])("%s gets a hint when it is not there", async (text, hint) => {
    await expect(parse(text)).rejects.toMatchObject({ code: "E_PLUGIN_NOT_FOUND", hint });
  });
});

describe("refused, before anything is asked for", () => {
  it.each([
    ["", "E_PLUGIN_INVALID"],
    ["   ", "E_PLUGIN_INVALID"],
    ["github@", "E_USAGE"],
    ["npm:", "E_SOURCE"],
    ["npm:../folder", "E_SOURCE"],
    ["npm:-g", "E_SOURCE"],
    ["npm:pkg@../folder", "E_SOURCE"],
    ["npm:pkg@file:x", "E_SOURCE"],
    ["npm:pkg@https://example.com/x.tgz", "E_SOURCE"],
    ["npm:pkg@x.tgz", "E_SOURCE"],
    ["npm:pkg@--global", "E_SOURCE"],
    ["oci:-v/x", "E_USAGE"],
    ["oci:Acme/Server", "E_USAGE"],
    ["mcp:tool", "E_USAGE"],
    ["mcp:a/b@", "E_USAGE"],
    ["http://example.com/tool.zip", "E_SOURCE"],
    ["https://mia:pa55word@example.com/x.zip", "E_SECRET_IN_GIT"],
    ["ext://sh -c id", "E_SOURCE"],
    ["https://example.com/x#--upload-pack=id", "E_SOURCE"],
    ["https://example.com/x#a:b", "E_SOURCE"],
    ["https://example.com/x#a..b", "E_SOURCE"],
    ["ftp://example.com/x", "E_SOURCE"],
    ["https://mia:pa55word@example.com/x", "E_SECRET_IN_GIT"],
    ["https://ghp_0123456789abcdefghij@github.com/mia/x", "E_SECRET_IN_GIT"],
  ])("%j", async (text, code) => {
    const error: unknown = await parse(text).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/pa55word|ghp_/);
  });
});
