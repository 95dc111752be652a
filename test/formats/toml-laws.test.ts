import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { toml } from "../../src/formats/toml.ts";

const file = "config.toml";
const server = { command: "npx", args: ["-y", "server@1.0.0"], env: { TOKEN: "a \"b\" \\ c" } };
const set = (text: string, name: string, value: Json = server) => toml.edit({ text, edits: [{ op: "set", at: ["mcp_servers", name], value }], made: {}, file }).text;
const remove = (text: string, name: string) => toml.edit({ text, edits: [{ op: "delete", at: ["mcp_servers", name] }], made: {}, file }).text;

const comment = fc.constantFrom("# mine", "# keep = this", "#", "# [not.a.table]");
const line = fc.oneof(
  comment,
  fc.constant(""),
  fc.constantFrom('a = 1', 'b = "x" # why', "c.d = true", 'e = [1, 2, # inner\n  3]', 'f = { g = 1, h = "y" }', "i = '''\n[x]\n'''", "when = 2026-11-21T05:00:00Z"),
);
const table = fc.tuple(
  fc.constantFrom("[model]", "[mcp_servers.mine] # own", "[mcp_servers.mine.env]", '[projects."/a/b"]', "[[profiles]]", "[tools]", "[ spaced . out ]"),
  fc.array(fc.constantFrom('command = "my-server"', "# inside", "", "x = 1 # trailing", 'y = "é"'), { maxLength: 4 }),
);

/** Texts as people write them: unique keys and tables, comments, odd spacing, either line ending, with and without a last one. */
const texts = fc
  .record({
    top: fc.uniqueArray(line, { maxLength: 5, selector: (each) => (/^\w/.test(each) ? each : Symbol("any")) }),
    tables: fc.uniqueArray(table, { maxLength: 5, selector: ([head]) => (head === "[[profiles]]" ? Symbol("any") : head) }),
    eol: fc.constantFrom("\n", "\r\n"),
    tail: fc.constantFrom("", "\n", "\n\n", "\n# end", "\n# end\n"),
    mark: fc.constantFrom("", "\uFEFF"),
  })
  .map(({ top, tables, eol, tail, mark }) => {
    const body = [...top, ...tables.flatMap(([head, lines]) => [head, ...new Set(lines)])].join("\n");
    return mark + (body + tail).replaceAll("\n", eol);
  })
  .filter((text) => {
    try {
      toml.parse(text, file);
      return true;
    } catch {
      return false;
    }
  });

const comments = (text: string): readonly string[] => text.match(/#[^\r\n]*/g) ?? [];
const RUNS = { numRuns: 500 };

describe("laws of the TOML editor", () => {
  it("setting and taking away again gives the same bytes", () => {
    fc.assert(fc.property(texts, (text) => {
        expect(remove(set(text, "new"), "new")).toBe(text);
      }), RUNS);
  });

  it("several servers, taken away in any order, give the same bytes", () => {
    fc.assert(
      fc.property(texts, fc.shuffledSubarray(["a", "b", "c"], { minLength: 3 }), (text, order) => {
        const added = ["a", "b", "c"].reduce((at, name) => set(at, name), text);
        expect(order.reduce(remove, added)).toBe(text);
      }),
      RUNS,
    );
  });

  it("many edits at once are as good as one by one", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const edits = ["a", "b", "c"].map((name) => ({ op: "set", at: ["mcp_servers", name], value: server }) as const);
        expect(toml.edit({ text, edits, made: {}, file }).text).toBe(["a", "b", "c"].reduce((at, name) => set(at, name), text));
        const back = ["a", "b", "c"].map((name) => ({ op: "delete", at: ["mcp_servers", name] }) as const);
        expect(toml.edit({ text: toml.edit({ text, edits, made: {}, file }).text, edits: back, made: {}, file }).text).toBe(text);
      }),
      RUNS,
    );
  });

  it("setting the same again changes no byte", () => {
    fc.assert(fc.property(texts, (text) => {
        expect(set(set(text, "new"), "new")).toBe(set(text, "new"));
      }), RUNS);
  });

  it("no comment is lost, and every line of the text is still there in its order", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const after = set(text, "new");
        expect(comments(after)).toEqual(comments(text));
        const lines = after.replace("\uFEFF", "").split(/\r?\n/);
        let at = 0;
        for (const each of text.replace("\uFEFF", "").split(/\r?\n/)) {
          at = lines.indexOf(each, at);
          expect(at).toBeGreaterThanOrEqual(0);
          at += 1;
        }
      }),
      RUNS,
    );
  });

  it("changing one key of an entry leaves everything else as it was", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const before = set(text, "new");
        const changed = toml.edit({ text: before, edits: [{ op: "set", at: ["mcp_servers", "new", "args"], value: ["x"] }], made: {}, file }).text;
        expect(changed).toBe(before.replace('args = ["-y", "server@1.0.0"]', 'args = ["x"]'));
      }),
      RUNS,
    );
  });
});

describe("what people and Codex write", () => {
  it.each([
    ["inline tables", 'mcp_servers = { mine = { command = "x" } }\n'],
    ["an inline table below a header", '[mcp_servers]\nmine = { command = "x" } # own\n'],
    ["dotted keys", 'mcp_servers.mine.command = "x"\nmodel = "m"\n'],
    ["an empty header", "[mcp_servers]\n"],
    ["an empty inline table", "mcp_servers = {}\n"],
    ["sub-tables far apart", '[mcp_servers.mine]\ncommand = "x"\n\n[model]\na = 1\n\n[mcp_servers.mine.env]\nK = "v"\n'],
  ])("%s: a server is added, changed and taken away, and the rest stays", (_name, text) => {
    const added = set(text, "new");
    expect((toml.parse(added, file) as { mcp_servers: Record<string, unknown> }).mcp_servers["new"]).toEqual(server);
    expect((toml.parse(set(added, "new", { command: "y" }), file) as { mcp_servers: Record<string, unknown> }).mcp_servers["new"]).toEqual({ command: "y" });
    expect(remove(added, "new")).toBe(text);
  });

  it("a comment above the next table is not taken with the one before", () => {
    const text = '[mcp_servers.new]\ncommand = "x"\n\n# about the model\n[model]\na = 1\n';
    expect(remove(text, "new")).toBe("\n# about the model\n[model]\na = 1\n");
  });

  it("a plain value where a table is expected is refused with its place", () => {
    expect(() => set('mcp_servers = "no"\n', "new")).toThrow(/mcp_servers/);
  });

  it.each([["a = \n", 1], ["a = 1\na = 2\n", 2], ["[x\n", 1]])("broken text %j is refused at line %i", (text, line) => {
    try {
      toml.parse(text, file);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "E_FORMAT", at: { file, line } });
    }
  });
});
