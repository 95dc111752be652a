import { describe, expect, it } from "vitest";
import { parseSpec, type ParsedSpec } from "../../src/sources/parse-spec.ts";

const parse = (
  text: string,
  there: readonly string[] = [],
  registry: readonly string[] = ["github", "everything"],
): Promise<ParsedSpec> =>
  parseSpec(text, {
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

describe("what can be no name", () => {
  it("is a path when it is there", async () => {
    expect(await parse("plugins/mine", ["plugins/mine"])).toEqual({
      source: { type: "local", path: "plugins/mine" },
    });
    expect(await parse("plugin.yaml", ["plugin.yaml"])).toEqual({
      source: { type: "local", path: "plugin.yaml" },
    });
  });

  it.each([
    ["mia/tool", "did you mean https://github.com/mia/tool?"],
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
