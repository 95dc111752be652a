import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { yaml } from "../../src/formats/yaml.ts";
import type { DocumentEdit, Made, Pointer } from "../../src/formats/document.ts";

const file = "config.yaml";
const server = { type: "stdio", cmd: "npx", args: ["-y", "server@1.0.0"], envs: { TOKEN: "a: b # c" }, enabled: true };
const inMap = (name: string): Pointer => ["extensions", name];
const inList = (name: string): Pointer => ["mcpServers", { by: "name", is: name }];
type Draft = { text: string; made: Made };
const set = ({ text, made }: Draft, at: Pointer, value: Json = server): Draft =>
  yaml.edit({ text, made, edits: [{ op: "set", at, value }], file });
const remove = ({ text, made }: Draft, at: Pointer): Draft =>
  yaml.edit({ text, made, edits: [{ op: "delete", at }], file });

const section = fc.constantFrom(
  "# settings",
  "GOOSE_MODEL: gpt-5 # why",
  "name: 'me'",
  "models:\n  - name: a # one\n    roles: [chat, edit]\n  - name: b",
  "extensions:\n  mine: # by hand\n    cmd: my-server\n    args: [ a, b ]",
  "extensions:\n    deep:\n        cmd: x",
  "extensions: {}",
  "mcpServers:\n  - name: mine\n    command: x # own",
  "mcpServers:\n- name: mine\n  command: x",
  "mcpServers: []",
  "text: |\n  several\n  lines",
);
const keyOf = (text: string): string => /^\w+/.exec(text)?.[0] ?? text;
const texts = fc
  .record({
    sections: fc.uniqueArray(section, { maxLength: 5, selector: keyOf }),
    eol: fc.constantFrom("\n", "\r\n"),
    tail: fc.constantFrom("", "\n"),
    mark: fc.constantFrom("", "\uFEFF"),
  })
  .map(
    ({ sections, eol, tail, mark }) =>
      mark + (sections.join("\n") + (sections.length === 0 ? "" : tail)).replaceAll("\n", eol),
  );
const comments = (text: string): readonly string[] => text.match(/# [a-z ]+/g) ?? [];
const RUNS = { numRuns: 150 };

describe.each([
  ["a map (goose)", inMap],
  ["a list (Continue)", inList],
])("laws of the YAML editor in %s", (_name, at) => {
  it("setting and taking away again gives the same bytes", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(remove(set({ text, made: {} }, at("new")), at("new"))).toEqual({ text, made: {} });
      }),
      RUNS,
    );
  });

  it("several servers, taken away in any order, give the same bytes", () => {
    fc.assert(
      fc.property(texts, fc.shuffledSubarray(["a", "b", "c"], { minLength: 3 }), (text, order) => {
        const added = ["a", "b", "c"].reduce((draft, name) => set(draft, at(name)), { text, made: {} } as Draft);
        expect(order.reduce((draft, name) => remove(draft, at(name)), added).text).toBe(text);
      }),
      RUNS,
    );
  });

  it("many edits at once are as good as one by one", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const edits = ["a", "b", "c"].map((name) => ({ op: "set", at: at(name), value: server }) as const);
        const single = ["a", "b", "c"].reduce((draft, name) => set(draft, at(name)), { text, made: {} } as Draft);
        expect(yaml.edit({ text, edits, made: {}, file }).text).toBe(single.text);
      }),
      RUNS,
    );
  });

  it("setting the same again changes no byte, and no comment is lost", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = set({ text, made: {} }, at("new"));
        expect(set(once, at("new")).text).toBe(once.text);
        expect(comments(once.text).filter((each) => each !== "# c")).toEqual(comments(text));
      }),
      RUNS,
    );
  });

  it("changing one key leaves everything else as it was", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = set({ text, made: {} }, at("new"));
        const changed = set(once, at("new"), { ...server, cmd: "node" });
        expect(changed.text).toBe(once.text.replace("cmd: npx", "cmd: node"));
      }),
      RUNS,
    );
  });
});

describe("broken YAML is refused with its place", () => {
  it.each([["a: [1\n"], ["a: 1\na: 2\n"], ["\t- x: : y\n  z"]])("%j", (text) => {
    expect(() => yaml.parse(text, file)).toThrow(
      expect.objectContaining({ code: "E_FORMAT", at: expect.objectContaining({ file }) }),
    );
  });

  it("a bomb of aliases does not explode", () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefgh"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(", ")}]`).join("\n")}\n`;
    expect(() => yaml.parse(bomb, file)).toThrow(expect.objectContaining({ code: "E_FORMAT" }));
  });
});

describe("set, then delete, gives the same bytes back, however an empty section was written", () => {
  const value = { type: "stdio", cmd: "node", args: ["a"], enabled: true };
  const request = (text: string, edits: readonly DocumentEdit[], made: Made) =>
    yaml.edit({ text, edits, made, file: "config.yaml" });

  it.each([
    "extensions:\n",
    "extensions: # mine\n",
    "extensions: ~\n",
    "extensions: null # mine\nother: 1\n",
    "extensions:",
    "extensions: {}\n",
    "extensions: {  } # a: b\n",
    '"extensions": { } # a: b\nz: 1\n',
    "extensions:\n  # only a comment\n",
    "extensions: { a: {b: 1}, } # k: v\n",
    "extensions: {a: 1,\n  b: 2 # c\n}\n",
    "extensions:\n    a:\n        b: 1 # c\n    # end\nother: 2",
    "a: |\n  text\n\n\n",
    "a: 1\r\nextensions:\r\nb: 2\r\n",
    "# only a comment",
    "---\na: 1\n...\n",
    "---\na: 1\n...",
    "{a: 1}",
    "{}",
    "{ }\n",
  ])("%j", (text) => {
    const at = ["extensions", "x"];
    const set = request(text, [{ op: "set", at, value }], {});
    expect(request(set.text, [{ op: "set", at, value }], set.made).text).toBe(set.text);
    expect(request(set.text, [{ op: "delete", at }], set.made)).toEqual({ text, made: {} });
  });

  it.each([
    "servers:\n",
    "servers: []\n",
    "servers: [ ] # mine\n",
    "servers: ~\n",
    "servers: # mine\na: 1\n",
    "a: 1\n...\n",
  ])("%j, a list", (text) => {
    const at = ["servers", { by: "name", is: "x" }];
    const set = request(text, [{ op: "set", at, value }], {});
    expect(yaml.parse(set.text, "config.yaml")).toMatchObject({ servers: [{ name: "x", ...value }] });
    expect(request(set.text, [{ op: "delete", at }], set.made)).toEqual({ text, made: {} });
  });
});
