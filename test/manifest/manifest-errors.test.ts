import { describe, expect, it } from "vitest";
import { parseManifest as parse } from "../../src/manifest/parse-manifest.ts";
import { clientIds } from "./client-ids.ts";
import { report, thrownBy } from "./report.ts";

const parseManifest = (text: string) => parse(text, "atk.yaml", { clientIds });
const errorsOf = (text: string) => report(() => parseManifest(text));
const version = 'schema_version: "2026-11-21"\n';

describe("a manifest with problems", () => {
  it("has all of them reported at once, with place, path, expectation and the nearest right word", () => {
    const text = `schema_version: "2025-01-01"
agents: [claude, codx, cursor]
plugins:
  - github
  - nmae: everything
    agents: codex
    env: { PORT: 3000, BAD NAME: x, DEBUG: true }
    when: { os: [macos], arch: amd64, tag: work }
  - name: github
  - ../x
  - ""
  - My Tool
  - name: typo
    source: { type: gti, url: x }
  - name: mixed
    source: { type: npm, package: y, ref: z }
  - name: outside
    source: { type: git, path: ../x }
  - name: option
    source: { type: git, url: --upload-pack=evil }
mcp_servers:
  github: { command: x, url: https://x.example, headers: {} }
  lin: { comand: x, args: [1] }
  Piper TTS: { url: "ftp://user:hunter2@x" }
  remote: { url: https://x.example, env: {}, transport: sses }
skills: ./a
instructions: [ ./r, { path: r/ }, 3 ]
confg: {}
config: { auto_commit: "yes" }
`;
    expect(errorsOf(text)).toMatchInlineSnapshot(`
      "E_MANIFEST cannot use atk.yaml: schema_version: expected one of 2026-11-21, found "2025-01-01" (and 32 more problems)
      atk.yaml:1:17: schema_version: expected one of 2026-11-21, found "2025-01-01"
          this atk reads "2026-11-21"; a newer file needs a newer atk
      atk.yaml:2:10: agents.0: unknown client id "claude"
          did you mean \`claude-code\`?
      atk.yaml:2:18: agents.1: unknown client id "codx"
          did you mean \`codex\`?
      atk.yaml:5:5: plugins.1.nmae: unknown key; expected one of name, source, agents, env, enabled, when, service, ports, isolation, secrets, tools, guard
          did you mean \`name\`?
      atk.yaml:6:13: plugins.1.agents: expected a list, found "codex"
          write it as a list: [codex]
      atk.yaml:7:18: plugins.1.env.PORT: expected a string or a map, found a number
          put it in quotes
      atk.yaml:7:24: plugins.1.env."BAD NAME": expected the name of an environment variable (letters, digits and underscores), found "BAD NAME"
      atk.yaml:7:44: plugins.1.env.DEBUG: expected a string or a map, found a boolean
          put it in quotes
      atk.yaml:8:18: plugins.1.when.os.0: expected one of linux, darwin, windows, found "macos"
          did you mean \`darwin\`?
      atk.yaml:8:32: plugins.1.when.arch: expected one of x64, arm64, arm, ia32, loong64, ppc64, riscv64, s390x, found "amd64"
          did you mean \`x64\`?
      atk.yaml:8:39: plugins.1.when.tag: unknown key; expected one of os, arch, host, tags, machine
          did you mean \`tags\`?
      atk.yaml:9:11: plugins.2.name: the name "github" is taken by plugins.0 (line 4)
          remove one of the two, or give it another name
      atk.yaml:10:5: plugins.3: expected a name of lower-case letters, digits and single dashes, 2 to 64 characters, beginning with a letter, found "../x"
      atk.yaml:11:5: plugins.4: expected a name of lower-case letters, digits and single dashes, 2 to 64 characters, beginning with a letter, found ""
      atk.yaml:12:5: plugins.5: expected a name of lower-case letters, digits and single dashes, 2 to 64 characters, beginning with a letter, found "My Tool"
          did you mean \`my-tool\`?
      atk.yaml:14:21: plugins.6.source.type: expected one of registry, git, npm, local, archive, oci, mcp-registry, found "gti"
          did you mean \`git\`?
      atk.yaml:16:38: plugins.7.source.ref: does not go with \`type: npm\`
          it belongs to an entry with \`type: git\`
      atk.yaml:18:13: plugins.8.source: \`url\` is missing
      atk.yaml:18:32: plugins.8.source.path: expected a relative path with forward slashes and without \`..\`, found "../x"
      atk.yaml:20:31: plugins.9.source.url: expected the address of a git repository (no spaces, no dash in front), found a string
      atk.yaml:22:3: mcp_servers.github: the name "github" is taken by plugins.0 (line 4)
          remove one of the two, or give it another name
      atk.yaml:22:25: mcp_servers.github.url: does not go with \`command\`
          keep one of the two
      atk.yaml:22:49: mcp_servers.github.headers: does not go with \`command\`
          it belongs to an entry with \`url\`
      atk.yaml:23:10: mcp_servers.lin.comand: unknown key; expected one of command, args, env, cwd, agents, enabled, when, secrets, tools, guard, url, transport, headers
          did you mean \`command\`?
      atk.yaml:24:3: mcp_servers."Piper TTS": expected an id of lower-case letters, digits and dashes, at most 64 characters, found "Piper TTS"
          did you mean \`piper-tts\`?
      atk.yaml:24:21: mcp_servers."Piper TTS".url: expected an address that begins with https:// or http://, found a string
      atk.yaml:25:37: mcp_servers.remote.env: does not go with \`url\`
          it belongs to an entry with \`command\`
      atk.yaml:25:57: mcp_servers.remote.transport: expected one of http, sse, found "sses"
          did you mean \`sse\`?
      atk.yaml:26:9: skills: expected a list or nothing, found "./a"
          write it as a list: ["./a"]
      atk.yaml:27:30: instructions.1.path: "r/" is listed already as instructions.0
          remove one of the two
      atk.yaml:27:36: instructions.2: expected a string or a map, found the number 3
          put it in quotes
      atk.yaml:28:1: confg: unknown key; expected one of schema_version, agents, plugins, mcp_servers, skills, instructions, config, registries, policy, machines, sync, backups, backup_targets, drift
          did you mean \`config\`?
      atk.yaml:29:24: config.auto_commit: expected true or false, found "yes"
          write true or false, without quotes"
    `);
  });

  it("says what to write when the version is missing", () => {
    expect(errorsOf("plugins: []\n")).toMatchInlineSnapshot(`
      "E_MANIFEST cannot use atk.yaml: \`schema_version\` is missing
      atk.yaml:1:1: \`schema_version\` is missing
          add the line: schema_version: "2026-11-21""
    `);
  });

  it.each([
    ["", "the file is empty"],
    ["# only a comment\n", "the file is empty"],
    ["- a\n- b\n", "the manifest must be a map of keys and values"],
    ["just words", "the manifest must be a map of keys and values"],
  ])("%j is refused with what is missing", (text, message) => {
    const error = thrownBy(() => parseManifest(text));
    expect(error).toMatchObject({
      code: "E_MANIFEST",
      exitCode: 5,
      problems: [{ message, at: { line: 1, column: 1 } }],
    });
    expect(error.hint).toContain('schema_version: "2026-11-21"');
  });

  it("that is a merge conflict is called so, with the line and what to do", () => {
    const text = `${version}plugins:\n<<<<<<< HEAD\n  - github\n=======\n  - gitlab\n>>>>>>> theirs\n`;
    expect(errorsOf(text)).toMatchInlineSnapshot(`
      "E_MANIFEST cannot use atk.yaml: unresolved merge conflict: the file still has both sides and git's markers
      atk.yaml:3:1: unresolved merge conflict: the file still has both sides and git's markers
          edit atk.yaml so that one version is left, or run: git mergetool"
    `);
  });

  it("is not a merge conflict because a text in it looks like a marker", () => {
    const text = `${version}plugins:\n  - name: a1\n    env:\n      TEXT: |\n        <<<<<<< HEAD\n        >>>>>>> x\n`;
    expect(parseManifest(text).manifest.plugins[0]?.env).toEqual({ TEXT: "<<<<<<< HEAD\n>>>>>>> x\n" });
  });

  it("has broken YAML, keys that stand twice, and everything else reported together", () => {
    const text = `${version}plugins:\n  - name: github\n    name: gitlab\n    agents: [codx]\nskills: [\n`;
    expect(errorsOf(text)).toMatchInlineSnapshot(`
      "E_MANIFEST cannot use atk.yaml: the key "name" stands twice in one map (and 2 more problems)
      atk.yaml:4:5: the key "name" stands twice in one map
          remove one of the two
      atk.yaml:5:14: plugins.0.agents.0: unknown client id "codx"
          did you mean \`codex\`?
      atk.yaml:7:1: not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]"
    `);
  });

  it.each([
    ["a bomb of aliases", bomb(), "its aliases unfold into far too much data (a YAML bomb)"],
    ["10,000 brackets", `${version}skills: ${"[".repeat(10_000)}`, "it is nested too deeply"],
    ["an anchor inside itself", `${version}x-a: &a { b: *a }\n`, "an anchor contains itself"],
    ["an alias to nothing", `${version}x-a: *nowhere\n`, "not valid YAML: unresolved alias"],
    ["a tab as indentation", `${version}config:\n\tauto_commit: true\n`, "a tab is used as indentation"],
    ["a second document", `${version}---\n${version}`, "a second YAML document begins here"],
  ])("with %s is refused", (_what, text, message) => {
    const { problems } = thrownBy(() => parseManifest(text));
    expect(problems.some((problem) => problem.message.startsWith(message))).toBe(true);
    expect(problems.length).toBeLessThan(5);
  });

  it.each(["../x", "/abs", "", "a\u0000b", "a\u001bb", "x".repeat(65), "A", "a--b", "con/..", "con\\.."])(
    "with the plugin name %j is refused in both forms",
    (name) => {
      const short = thrownBy(() => parseManifest(`${version}plugins: [${JSON.stringify(name)}]\n`));
      const long = thrownBy(() => parseManifest(`${version}plugins: [{ name: ${JSON.stringify(name)} }]\n`));
      expect(short.problems).toHaveLength(1);
      expect(long.problems[0]?.message).toMatch(/^plugins\.0\.name: expected a name of lower-case letters/);
      expect(short.problems[0]?.message).not.toMatch(/\p{Cc}/u);
    },
  );

  it("has a prefix refused that is not plain text, that stands alone, or that a client could read as a reference", () => {
    const text = `${version}mcp_servers:
  a: { url: https://a.example, headers: { A: { env: T, prefix: "Bearer $" }, B: { prefix: x }, C: { env: T, prefix: "" } } }
  b: { command: b, env: { D: { env: T, prefix: "${"${HOME}"}" }, E: { env: T, suffix: x }, F: { env: T, prefix: 1 } } }
`;
    expect(errorsOf(text)).toMatchInlineSnapshot(`
      "E_MANIFEST cannot use atk.yaml: mcp_servers.a.headers.A.prefix: expected plain text to stand before the value (no \`$\`, \`{\` or \`}\`), found a string (and 5 more problems)
      atk.yaml:3:64: mcp_servers.a.headers.A.prefix: expected plain text to stand before the value (no \`$\`, \`{\` or \`}\`), found a string
      atk.yaml:3:81: mcp_servers.a.headers.B: \`env\` or \`secret\` or \`file\` or \`keychain\` or \`command\` is missing
      atk.yaml:3:117: mcp_servers.a.headers.C.prefix: expected plain text to stand before the value (no \`$\`, \`{\` or \`}\`), found an empty string
      atk.yaml:4:48: mcp_servers.b.env.D.prefix: expected plain text to stand before the value (no \`$\`, \`{\` or \`}\`), found a string
      atk.yaml:4:74: mcp_servers.b.env.E.suffix: unknown key; expected one of env, secret, file, keychain, account, command, timeout_seconds, prefix
      atk.yaml:4:108: mcp_servers.b.env.F.prefix: expected a string, found a number
          put it in quotes"
    `);
  });

  it("never repeats a value that may be a secret", () => {
    const text = `${version}plugins:\n  - name: tool\n    env: { TOKEN: 1234567890, OTHER: [hunter2] }
mcp_servers:
  one: { url: "ssh://me:hunter2@x", headers: { Authorization: 1234567890 } }
  two: { command: [hunter2], args: { a: hunter2 } }
`;
    const shown = errorsOf(text);
    expect(shown.split("\n").length).toBeGreaterThan(6);
    expect(shown).not.toMatch(/hunter2|1234567890/);
  });

  it.each(["__proto__", "constructor", "toString"])("with the unknown key %s is refused as with any other", (key) => {
    expect(errorsOf(`${version}${key}: {}\n`)).toContain(`atk.yaml:2:1: ${key}: unknown key`);
  });

  it("names the client that was probably meant by a part of its id", () => {
    expect(errorsOf(`${version}agents: [gemini]\n`)).toContain("did you mean `gemini-cli`?");
    expect(errorsOf(`${version}agents: [vs-code]\n`)).toContain("did you mean `vscode`?");
    expect(errorsOf(`${version}agents: [emacs]\n`)).toContain("known ids: ");
  });

  it("has problems in merged anchors reported where the anchor is", () => {
    const text = `${version}x-work: &work\n  agents: [codx]\nplugins:\n  - { <<: *work, name: github }\n`;
    expect(errorsOf(text)).toContain("atk.yaml:3:12: plugins.0.agents.0: unknown client id");
  });

  it("counts columns from 1 behind a byte order mark and with Windows line endings", () => {
    expect(errorsOf(`\uFEFF${version.trimEnd()}\r\nagents: [codx]\r\n`)).toContain("atk.yaml:2:10: agents.0");
    expect(errorsOf(`\uFEFFfoo: 1\n${version}`)).toContain("atk.yaml:1:1: foo: unknown key");
  });
});

/** Nine levels of nine aliases each. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, at) => {
    const items = at === 0 ? "x" : `*a${at - 1}`;
    return `x-${at}: &a${at} [${Array.from({ length: 9 }, () => items).join(", ")}]`;
  });
  return `${version}${levels.join("\n")}\n`;
}
