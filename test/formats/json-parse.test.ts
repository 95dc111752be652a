import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { valueAt } from "../../src/formats/document.ts";
import { json, jsonc } from "../../src/formats/json.ts";
import { jsoncText, smallJson } from "./jsonc-arbitrary.ts";

function problem(read: () => unknown): AtkError {
  try {
    read();
  } catch (error) {
    if (error instanceof AtkError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("reading JSON", () => {
  test("plain JSON is read as JSON.parse reads it, by both formats", () => {
    fc.assert(
      fc.property(smallJson.value, fc.constantFrom(0, 2, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(json.parse(text, "f")).toEqual(JSON.parse(text));
        expect(jsonc.parse(`${text} // end`, "f")).toEqual(JSON.parse(text));
      }),
    );
  });

  test("the quick reader and the reader for comments agree", () => {
    fc.assert(
      fc.property(jsoncText, (text) => {
        expect(jsonc.parse(`${text}\n// c`, "f")).toEqual(jsonc.parse(text, "f"));
      }),
    );
  });

  test("a blank text has no data, nor has one with only comments where comments are allowed", () => {
    for (const text of ["", " \r\n\t", "\uFEFF", "\uFEFF\n"]) {
      expect(json.parse(text, "f")).toBeUndefined();
      expect(jsonc.parse(text, "f")).toBeUndefined();
    }
    expect(jsonc.parse("// c\n/* d */", "f")).toBeUndefined();
    expect(problem(() => json.parse("// c", "f")).message).toContain("found a comment");
  });

  test("a byte order mark is not part of the data or of a column", () => {
    expect(json.parse('\uFEFF{"a":1}', "f")).toEqual({ a: 1 });
    expect(problem(() => json.parse('\uFEFF{"a":,}', "f")).at).toEqual({ file: "f", line: 1, column: 6 });
  });

  test("strict JSON refuses a comment and a trailing comma where they stand", () => {
    const comment = problem(() => json.parse('{\n  "a": 1 // c\n}', ".mcp.json"));
    expect(comment.code).toBe("E_FORMAT");
    expect(comment.at).toEqual({ file: ".mcp.json", line: 2, column: 10 });
    const comma = problem(() => json.parse('{\n  "a": [1,]\n}', ".mcp.json"));
    expect(comma.at).toEqual({ file: ".mcp.json", line: 2, column: 10 });
    expect(comma.message).toContain("comma behind the last entry");
    expect(jsonc.parse('{\n  "a": [1,], // c\n}', ".mcp.json")).toEqual({ a: [1] });
  });

  test("a key that is there twice is refused by name, in quick and in slow texts, at any depth", () => {
    for (const text of ['{\n "x": {"a": 1,\n  "a": 2}}', '{\n "x": {"a": 1,\n  "\\u0061": 2}} // c']) {
      const error = problem(() => jsonc.parse(text, "f"));
      expect(error.code).toBe("E_FORMAT");
      expect(error.at).toEqual({ file: "f", line: 3, column: 3 });
      expect(error.message).toContain('the key "a" twice');
      expect(error.message).toContain("first in line 2");
    }
  });

  test("colons and quotes inside strings do not look like duplicate keys", () => {
    const text = String.raw`{"a:b":"c:\"d\\","e\\":[":",{"f":"\\\":"}]}`;
    expect(json.parse(text, "f")).toEqual(JSON.parse(text));
  });

  test("a key called __proto__ is data and reaches no prototype", () => {
    for (const text of ['{"__proto__": {"polluted": true}}', '{"__proto__": {"polluted": true},} // c']) {
      const data = jsonc.parse(text, "f") as object;
      expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
      expect(valueAt(data as never, ["__proto__", "polluted"])).toBe(true);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    }
  });

  test("a hundred thousand brackets give an error with a place and no stack overflow", () => {
    const deep = "[".repeat(100_000);
    for (const text of [deep, deep + "]".repeat(100_000), '{"a":'.repeat(100_000), `// c\n${deep}`]) {
      const error = problem(() => jsonc.parse(text, "f"));
      expect(error.code).toBe("E_FORMAT");
      expect(error.message).toContain("more than 1000 brackets");
      expect(problem(() => jsonc.edit({ text, edits: [], made: {}, file: "f" })).code).toBe("E_FORMAT");
    }
    expect(json.parse("[".repeat(1000) + "]".repeat(1000), "f")).toBeInstanceOf(Array);
  });

  test("broken text is refused with its place, and no value of the file is in the message", () => {
    const broken: readonly [string, number, number][] = [
      ['{"token": sk-secret}', 1, 11],
      ['{"token": "sk-secret', 1, 11],
      ['{\n"token": "sk-secret" "x": 1}', 2, 22],
      ['{"token" "sk-secret"}', 1, 10],
      ['{token: "sk-secret"}', 1, 2],
      ['{"token": "sk-secret\\q"}', 1, 11],
      ['{"token": "sk-secret\\u12"}', 1, 11],
      ['{"token": "sk-secret\u0001"}', 1, 11],
      ['{"token": "sk-secret"} x', 1, 24],
      ['{"token": "sk-secret", /* never', 1, 24],
      ["<<<<<<< sk-secret\n{}", 1, 1],
      ['{"a": 01, "t": "sk-secret"}', 1, 8],
      ['{"a": 1., "t": "sk-secret"}', 1, 7],
      ['{"token": "sk-secret"', 1, 22],
      ["]", 1, 1],
    ];
    for (const [text, line, column] of broken) {
      for (const format of [json, jsonc]) {
        const error = problem(() => format.parse(text, "settings.json"));
        if (format === jsonc || !text.includes("/*"))
          expect([error.at, text]).toEqual([{ file: "settings.json", line, column }, text]);
        expect(`${error.message} ${error.hint}`).not.toContain("sk-secret");
        expect(error.cause).toBeUndefined();
      }
    }
  });
});
