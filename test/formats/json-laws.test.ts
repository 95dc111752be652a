import * as fc from "fast-check";
import { createScanner, findNodeAtLocation, parseTree } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { canonical, equal, type Json } from "../../src/core/json.ts";
import { valueAt, type DocumentEdit, type Made } from "../../src/formats/document.ts";
import { json, jsonc } from "../../src/formats/json.ts";
import { anyText, jsoncText, keyText, pointer, setEdit, smallJson, strictText } from "./jsonc-arbitrary.ts";
import { modelEdit, ShapeError } from "./json-model.ts";

const FILE = "opencode.jsonc";
const runs = { numRuns: 1500 };

function edit(text: string, edits: readonly DocumentEdit[], made: Made = {}, format = jsonc) {
  return format.edit({ text, edits, made, file: FILE });
}

/** Undefined when the edits do not fit the shape of the document. */
function tryEdit(text: string, edits: readonly DocumentEdit[], made: Made = {}) {
  try {
    return edit(text, edits, made);
  } catch (error) {
    if (error instanceof AtkError && error.code === "E_SHAPE") return undefined;
    throw error;
  }
}

function modelOf(data: Json | undefined, edits: readonly DocumentEdit[]): { data: Json | undefined } | undefined {
  try {
    return { data: edits.reduce(modelEdit, data) };
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

function comments(text: string): string[] {
  const scanner = createScanner(text.replace("\uFEFF", ""), false);
  const found: string[] = [];
  for (let token = scanner.scan(); token !== 17; token = scanner.scan()) {
    if (token === 12 || token === 13)
      found.push(text.replace("\uFEFF", "").substr(scanner.getTokenOffset(), scanner.getTokenLength()));
  }
  return found;
}

const deletion = pointer.map((at): DocumentEdit => ({ op: "delete", at }));

describe("editing JSON with comments", () => {
  test("reading back gives the data with the values set, however many", () => {
    fc.assert(
      fc.property(anyText, fc.array(setEdit, { maxLength: 6 }), (text, edits) => {
        const result = tryEdit(text, edits);
        const model = modelOf(jsonc.parse(text, FILE), edits);
        expect(result === undefined).toBe(model === undefined);
        if (result === undefined || model === undefined) return;
        expect(equal(jsonc.parse(result.text, FILE), model.data), result.text).toBe(true);
      }),
      runs,
    );
  });

  test("reading back gives the data without the values deleted, however many", () => {
    fc.assert(
      fc.property(anyText, fc.array(deletion, { maxLength: 6 }), (text, edits) => {
        const data = edits.reduce(modelEdit, jsonc.parse(text, FILE));
        const result = edit(text, edits).text;
        expect(equal(jsonc.parse(result, FILE), data), result).toBe(true);
      }),
      runs,
    );
  });

  test("many edits in one request give the data and the record of one request each", () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.oneof(setEdit, deletion), { maxLength: 6 }), (text, edits) => {
        const together = tryEdit(text, edits);
        let state: { text: string; made: Made } | undefined = { text, made: {} };
        for (const each of edits) state = state && tryEdit(state.text, [each], state.made);
        expect(together === undefined).toBe(state === undefined);
        if (together === undefined || state === undefined) return;
        expect(equal(jsonc.parse(together.text, FILE), jsonc.parse(state.text, FILE)), together.text).toBe(true);
        if (comments(text).length === 0)
          expect(Object.keys(together.made).sort()).toEqual(Object.keys(state.made).sort());
      }),
      { numRuns: 1500 },
    );
  });

  test("doing an edit again changes no byte", () => {
    fc.assert(
      fc.property(anyText, fc.oneof(setEdit, deletion), (text, once) => {
        const first = tryEdit(text, [once]);
        if (first === undefined) return;
        expect(edit(first.text, [once], first.made)).toEqual(first);
      }),
      runs,
    );
  });

  test("setting what is there changes no byte", () => {
    fc.assert(
      fc.property(jsoncText, (text) => {
        const data = jsonc.parse(text, FILE) as { [key: string]: Json };
        const edits = Object.entries(data).map(([key, value]): DocumentEdit => ({
          op: "set",
          at: [key],
          value,
        }));
        expect(edit(text, edits)).toEqual({ text, made: {} });
      }),
      runs,
    );
  });

  test("set, then delete gives the same bytes back", () => {
    fc.assert(
      fc.property(anyText, setEdit, (text, put) => {
        if (valueAt(jsonc.parse(text, FILE), put.at) !== undefined) return;
        const there = tryEdit(text, [put]);
        if (there === undefined) return;
        expect(edit(there.text, [{ op: "delete", at: put.at }], there.made)).toEqual({ text, made: {} });
      }),
      { numRuns: 1500 },
    );
  });

  test("set and delete in one request give the same bytes back", () => {
    fc.assert(
      fc.property(anyText, setEdit, (text, put) => {
        if (valueAt(jsonc.parse(text, FILE), put.at) !== undefined) return;
        const result = tryEdit(text, [put, { op: "delete", at: put.at }]);
        if (result !== undefined) expect(result).toEqual({ text, made: {} });
      }),
      runs,
    );
  });

  test("several servers, added together or one by one and removed in any order, give the same bytes back", () => {
    const names = ["github", "linear", "notes", "x/y"];
    const order = fc.shuffledSubarray(names, { minLength: names.length });
    const where = fc.constantFrom(["mcpServers"], ["a", "mcpServers"], ["amp.mcpServers"]);
    fc.assert(
      fc.property(
        anyText,
        where,
        order,
        order,
        fc.boolean(),
        smallJson.object,
        (text, where, adding, removing, together, value) => {
          if (valueAt(jsonc.parse(text, FILE), where) !== undefined) return;
          const puts = adding.map((name): DocumentEdit => ({ op: "set", at: [...where, name], value }));
          let state: { text: string; made: Made } | undefined = { text, made: {} };
          for (const batch of together ? [puts] : puts.map((put) => [put])) {
            state = state && tryEdit(state.text, batch, state.made);
          }
          if (state === undefined) return;
          for (const name of removing) state = edit(state.text, [{ op: "delete", at: [...where, name] }], state.made);
          expect(state).toEqual({ text, made: {} });
        },
      ),
      runs,
    );
  });

  test("adding and removing list items found by a field gives the same bytes back", () => {
    const names = ["x", "y", "z"];
    const order = fc.shuffledSubarray(names, { minLength: names.length });
    fc.assert(
      fc.property(jsoncText, keyText, order, order, smallJson.object, (text, list, adding, removing, value) => {
        const item = (name: string) => [list, { by: "name", is: name }];
        const data = jsonc.parse(text, FILE);
        if (names.some((name) => valueAt(data, item(name)) !== undefined)) return;
        const there = tryEdit(
          text,
          adding.map((name) => ({ op: "set", at: item(name), value })),
        );
        if (there === undefined) return;
        let state: { text: string; made: Made } = there;
        for (const name of removing) state = edit(state.text, [{ op: "delete", at: item(name) }], state.made);
        expect(state).toEqual({ text, made: {} });
      }),
      runs,
    );
  });

  test("what somebody else writes in between stays when atk's part goes", () => {
    fc.assert(
      fc.property(anyText, setEdit, fc.constantFrom("user", "zz"), smallJson.value, (text, ours, key, value) => {
        if (valueAt(jsonc.parse(text, FILE), ours.at) !== undefined) return;
        const there = tryEdit(text, [ours]);
        if (there === undefined || jsonc.parse(text, FILE) === undefined) return;
        const foreign: DocumentEdit = { op: "set", at: [...ours.at.slice(0, -1), key], value };
        const parent = valueAt(jsonc.parse(there.text, FILE), ours.at.slice(0, -1));
        if (typeof parent !== "object" || parent === null || Array.isArray(parent)) return;
        const between = `${edit(there.text, [foreign]).text}\n// theirs\n`;
        const after = edit(between, [{ op: "delete", at: ours.at }], there.made);
        const model = modelEdit(jsonc.parse(between, FILE), { op: "delete", at: ours.at });
        expect(canonical(jsonc.parse(after.text, FILE) ?? null)).toBe(canonical(model ?? null));
        expect(after.text.endsWith("\n// theirs\n")).toBe(true);
      }),
      runs,
    );
  });

  test("a new value costs no comment", () => {
    fc.assert(
      fc.property(anyText, setEdit, (text, put) => {
        if (valueAt(jsonc.parse(text, FILE), put.at) !== undefined) return;
        const result = tryEdit(text, [put]);
        if (result !== undefined) expect(comments(result.text)).toEqual(comments(text));
      }),
      runs,
    );
  });

  test("deleting a member costs only the comments inside of it", () => {
    fc.assert(
      fc.property(jsoncText, fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }), (text, choice) => {
        const body = text.replace("\uFEFF", "");
        const at: string[] = [];
        let data = jsonc.parse(text, FILE);
        for (const index of choice) {
          if (typeof data !== "object" || data === null || Array.isArray(data)) break;
          const key = Object.keys(data)[index];
          if (key === undefined) break;
          at.push(key);
          data = valueAt(data, [key]);
        }
        const tree = parseTree(body, [], { allowTrailingComma: true });
        const member = tree === undefined ? undefined : findNodeAtLocation(tree, at)?.parent;
        if (at.length === 0 || member === undefined) return;
        const without = body.slice(0, member.offset) + " " + body.slice(member.offset + member.length);
        expect(comments(edit(text, [{ op: "delete", at }]).text)).toEqual(comments(without));
      }),
      runs,
    );
  });

  test("merging an object keeps the comments beside members that stay", () => {
    fc.assert(
      fc.property(jsoncText, (text) => {
        const data = jsonc.parse(text, FILE) as { [key: string]: Json };
        const result = edit(text, [{ op: "set", at: [], value: { ...data, brandNew: { a: 1 } } }]);
        expect(comments(result.text)).toEqual(comments(text));
      }),
      runs,
    );
  });

  test("a file with CRLF gets no other line ending", () => {
    fc.assert(
      fc.property(jsoncText, setEdit, (text, put) => {
        if (!text.includes("\r\n") || /[^\r]\n/.test(text)) return;
        const result = tryEdit(text, [put]);
        if (result !== undefined) expect(result.text).not.toMatch(/[^\r]\n/);
      }),
      runs,
    );
  });

  test("an emptied object that atk made stays when somebody wrote a comment into it", () => {
    fc.assert(
      fc.property(jsoncText, (text) => {
        if (jsonc.parse(text, FILE) === undefined) return;
        const at = ["fresh", "server"];
        const there = edit(text, [{ op: "set", at, value: {} }]);
        const noted = there.text.replace(/"server"\s*:/, "/* mine */ $&");
        const after = edit(noted, [{ op: "delete", at }], there.made).text;
        expect(comments(after)).toEqual(comments(noted));
      }),
      runs,
    );
  });
});

describe("editing strict JSON", () => {
  test("the result is strict JSON with the data of the edits", () => {
    fc.assert(
      fc.property(strictText, fc.array(setEdit, { maxLength: 4 }), deletion, (text, puts, deletion) => {
        const model = modelOf(JSON.parse(text) as Json, puts);
        if (model === undefined) return;
        const there = edit(text, puts, {}, json).text;
        expect(equal(JSON.parse(there) as Json, model.data)).toBe(true);
        const gone = edit(there, [deletion], {}, json).text;
        expect(equal(JSON.parse(gone) as Json, modelEdit(model.data, deletion))).toBe(true);
      }),
      runs,
    );
  });

  test("an added member is written as JSON.stringify would have written it there", () => {
    const indents = fc.constantFrom(1, 2, 3, 4, 8, "\t");
    fc.assert(
      fc.property(smallJson.object, smallJson.value, indents, (data, value, indent) => {
        const before = data as { [key: string]: Json };
        if (Object.keys(before).length === 0) return;
        const text = JSON.stringify(before, null, indent);
        const after = JSON.stringify({ ...before, zz: value }, null, indent);
        expect(edit(text, [{ op: "set", at: ["zz"], value }], {}, json).text).toBe(after);
      }),
      runs,
    );
  });

  test("a client that rewrites the whole file in between leaves the data of before when atk's part goes", () => {
    fc.assert(
      fc.property(strictText, setEdit, fc.constantFrom(0, 2, "\t"), (text, put, indent) => {
        if (valueAt(json.parse(text, FILE), put.at) !== undefined) return;
        const there = tryEdit(text, [put]);
        if (there === undefined) return;
        const rewritten = JSON.stringify(JSON.parse(there.text), null, indent);
        const gone = edit(rewritten, [{ op: "delete", at: put.at }], there.made, json);
        expect(equal(JSON.parse(gone.text) as Json, JSON.parse(text) as Json), gone.text).toBe(true);
        expect(gone.made).toEqual({});
      }),
      runs,
    );
  });
});
