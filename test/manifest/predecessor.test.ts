import { describe, expect, it } from "vitest";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";
import { readPredecessorManifest } from "../../src/manifest/predecessor.ts";
import { clientIds } from "./client-ids.ts";
import { report } from "./report.ts";

const FILE = "manifest.yaml";
const carried = (text: string) => readPredecessorManifest(text, FILE);
const manifestOf = (text: string) => parseManifest(carried(text), "atk.yaml", { clientIds }).manifest;
const commit = "a123456789012345678901234567890123456789";

const HOME = `# my home
schema_version: '2026-02-06'
config: {auto_commit: true, auto_push: no, colour: blue}   # settings
extra: {a: [1, 2]}
plugins:
# the first
- name: Display Name   # inline
  directory: display-name
  source: {type: registry, ref: ${commit}, url: null}
- name: mine
  directory: mine
  note: "mine\\nonly"
- name: Git Tool
  directory: git-tool
  # inside
  source: {type: git, url: 'https://example.com/tool.git', ref: ${commit}, branch: main}
# the end
`;

describe("a home of the predecessor", () => {
  it("is carried over with its commits, settings, display names, comments and unknown keys", () => {
    expect(carried(HOME)).toMatchInlineSnapshot(`
      "# yaml-language-server: $schema=https://unpkg.com/atk-cli/schema/manifest.schema.json
      # Carried over from manifest.yaml of ATK 0.2 (its schema_version: 2026-02-06).
      # my home
      # settings
      # the end
      # manifest.yaml: extra: { a: [1, 2] }

      schema_version: "2026-11-21"

      # Where plugins are wired: client ids, for example [claude-code, codex]. Or: atk plug NAME --claude --codex
      agents: []

      # config: colour: blue
      config: { auto_commit: true, auto_push: false }

      plugins:
        # the first
        # inline
        # Display Name
        - name: display-name
          source: { type: git, url: https://github.com/Svtoo/atk-registry, ref: a123456789012345678901234567890123456789, path: plugins/display-name }
        # plugin: note: "mine\\nonly"
        - name: mine
          source: { type: local, path: ./plugins/mine }
        # inside
        # Git Tool
        # source: branch: main
        - name: git-tool
          source: { type: git, url: https://example.com/tool.git, ref: a123456789012345678901234567890123456789, path: .atk }
      "
    `);
  });

  it("gives a valid manifest that means the same", () => {
    const manifest = manifestOf(HOME);
    expect(manifest.config).toEqual({ autoCommit: true, autoPush: false });
    expect(manifest.plugins.map(({ name, source }) => [name, source])).toEqual([
      [
        "display-name",
        {
          type: "git",
          url: "https://github.com/Svtoo/atk-registry",
          ref: commit,
          path: "plugins/display-name",
        },
      ],
      ["mine", { type: "local", path: "./plugins/mine" }],
      ["git-tool", { type: "git", url: "https://example.com/tool.git", ref: commit, path: ".atk" }],
    ]);
  });

  it("loses no comment", () => {
    const comments = HOME.match(/# .*$/gm) ?? [];
    expect(comments).toHaveLength(6);
    for (const comment of comments) expect(carried(HOME)).toContain(comment);
  });

  it("gives the same text each time", () => {
    expect(carried(HOME)).toBe(carried(HOME));
  });

  it.each(["plugins: []\n", "plugins:\n", ""])("without plugins (%j) gives a manifest without plugins", (rest) => {
    expect(manifestOf(`schema_version: '2026-02-06'\n${rest}`).plugins).toEqual([]);
  });

  it("takes a plugin without a source for a local one, and a registry plugin without a ref as it is", () => {
    const text =
      "schema_version: x\nplugins:\n- {name: A, directory: aa}\n- {name: B, directory: bb, source: {type: registry, ref: null}}\n";
    expect(manifestOf(text).plugins.map(({ source }) => source.type)).toEqual(["local", "git"]);
    expect(manifestOf(text).plugins[1]?.source).not.toHaveProperty("ref");
  });

  it("keeps a display name that spans lines or breaks terminals on one line", () => {
    const text = 'schema_version: x\nplugins:\n- {name: "A\\nagents: [evil]\\u001b[31m", directory: aa}\n';
    expect(manifestOf(text)).toMatchObject({ agents: [], plugins: [{ name: "aa" }] });
  });

  it("with problems has all of them reported with places", () => {
    const text = `config: {auto_commit: sometimes}
plugins:
- {name: A, directory: ../x}
- {name: B, directory: a--b, source: {type: git}}
- {directory: ok, source: {type: svn}}
- {name: D, directory: ok}
- 3
`;
    expect(report(() => carried(text))).toMatchInlineSnapshot(`
      "E_MANIFEST cannot use manifest.yaml: \`schema_version\` is missing (and 8 more problems)
      manifest.yaml:1:1: \`schema_version\` is missing
      manifest.yaml:1:23: config.auto_commit: expected true or false
      manifest.yaml:3:24: plugins.0.directory: "../x" is not a directory name of lower-case letters, digits and single dashes
      manifest.yaml:4:24: plugins.1.directory: "a--b" is not a directory name of lower-case letters, digits and single dashes
          did you mean \`a-b\`?
      manifest.yaml:4:38: plugins.1.source: \`url\` is missing
      manifest.yaml:5:3: plugins.2: \`name\` is missing
      manifest.yaml:5:34: plugins.2.source.type: expected one of local, registry, git, found "svn"
      manifest.yaml:6:24: plugins.3.directory: the same directory stands there twice
      manifest.yaml:7:3: plugins.4: expected a map"
    `);
  });

  it.each([
    ["", "the file is empty"],
    ["- a", "the manifest must be a map"],
    ["a: [", "not valid YAML"],
    ["<<<<<<< a\n=======\n>>>>>>> b\n", "unresolved merge conflict"],
  ])("that reads %j is refused with a readable message", (text, message) => {
    expect(report(() => carried(text))).toContain(message);
  });
});
