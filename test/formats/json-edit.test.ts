import { describe, expect, test } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import type { DocumentEdit, Made, Pointer } from "../../src/formats/document.ts";
import { json, jsonc } from "../../src/formats/json.ts";

const server = { command: "npx", args: ["-y", "server"] };

function edit(text: string, edits: readonly DocumentEdit[], made: Made = {}) {
  return jsonc.edit({ text, edits, made, file: "settings.json" });
}

function set(text: string, at: Pointer, value: Json): string {
  return edit(text, [{ op: "set", at, value }]).text;
}

function drop(text: string, at: Pointer, made: Made = {}): string {
  return edit(text, [{ op: "delete", at }], made).text;
}

/** Sets, checks the text, deletes again and checks that the original is back. */
function roundTrip(before: string, at: Pointer, value: Json, after: string): Made {
  const there = edit(before, [{ op: "set", at, value }]);
  expect(there.text).toBe(after);
  expect(edit(there.text, [{ op: "delete", at }], there.made)).toEqual({ text: before, made: {} });
  return there.made;
}

describe("where a new member goes", () => {
  test("behind the last one, with its comma right behind the value and in front of the comment", () => {
    roundTrip('{\n  "a": 1 // one\n}\n', ["b"], 2, '{\n  "a": 1, // one\n  "b": 2\n}\n');
    roundTrip(
      '{\n  "a": 1 /* x */ // one\n  // end\n}',
      ["b"],
      2,
      '{\n  "a": 1, /* x */ // one\n  "b": 2\n  // end\n}',
    );
  });

  test("with a comma of its own when the object has a trailing comma", () => {
    roundTrip('{\n  "a": 1, // one\n}', ["b"], 2, '{\n  "a": 1, // one\n  "b": 2,\n}');
    roundTrip('{"a":[1,]}', ["b"], 2, '{"a":[1,],"b":2}');
    roundTrip('{"a":1,}', ["b"], 2, '{"a":1,"b":2,}');
  });

  test("on the same line when the object is written on one line, in its style", () => {
    roundTrip('{"a":1}', ["b"], { c: [1, 2], d: {} }, '{"a":1,"b":{"c":[1,2],"d":{}}}');
    roundTrip('{"a": 1}', ["b"], [1, { c: 2 }], '{"a": 1, "b": [1, {"c": 2}]}');
    roundTrip('{ "a" : 1 }', ["b"], { c: 2 }, '{ "a" : 1, "b" : { "c" : 2 } }');
    roundTrip('{ "a": 1 // c\n}', ["b"], 2, '{ "a": 1, // c\n  "b": 2\n}');
    roundTrip('{\n  "x": { "k": 1 }\n}', ["x", "b"], 2, '{\n  "x": { "k": 1, "b": 2 }\n}');
  });

  test("with the indentation of its siblings, then of its parents, then of the file", () => {
    roundTrip('{\n\t"a": 1\n}', ["b"], { c: 1 }, '{\n\t"a": 1,\n\t"b": {\n\t\t"c": 1\n\t}\n}');
    roundTrip('{\n   "s": {}\n}', ["s", "b"], 1, '{\n   "s": {\n      "b": 1\n   }\n}');
    const odd = '{\n    "a": {\n      "x": 1\n    }\n}';
    roundTrip(
      odd,
      ["a", "y"],
      { z: 1 },
      '{\n    "a": {\n      "x": 1,\n      "y": {\n        "z": 1\n      }\n    }\n}',
    );
  });

  test("with the line ending of the file and behind its byte order mark", () => {
    roundTrip(
      '\uFEFF{\r\n  "a": 1\r\n}\r\n',
      ["b"],
      { c: 1 },
      '\uFEFF{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}\r\n',
    );
    roundTrip("\uFEFF", ["b"], 1, '\uFEFF{\n  "b": 1\n}\n');
  });

  test("lists are written on one line where the file does so", () => {
    const text = '{\n  "a": ["x"]\n}';
    expect(set(text, ["b"], server)).toBe(
      '{\n  "a": ["x"],\n  "b": {\n    "command": "npx",\n    "args": ["-y", "server"]\n  }\n}',
    );
  });
});

describe("what edits made", () => {
  test("an empty object gives its exact inner text back", () => {
    for (const inner of ["", " ", "\n", "\n\n  ", " // c\n", "\n  // servers go here\n  ", " /* c */ ", "\r\n"]) {
      const before = `{\n  "mcpServers": {${inner}}\n}`;
      const there = edit(before, [{ op: "set", at: ["mcpServers", "x"], value: server }]);
      expect(there.made).toEqual({ "/mcpServers": inner });
      expect(edit(there.text, [{ op: "delete", at: ["mcpServers", "x"] }], there.made)).toEqual({
        text: before,
        made: {},
      });
    }
    expect(set("{ // c\n}", ["a"], 1)).toBe('{ // c\n  "a": 1\n}');
    expect(set('{"s":{}}', ["s", "a"], 1)).toBe('{"s":{"a":1}}');
    expect(set("{}", ["a"], 1)).toBe('{\n  "a": 1\n}');
  });

  test("containers created on the way go again when they become empty", () => {
    const made = roundTrip('{"a":1}', ["p", "q", "x"], 1, '{"a":1,"p":{"q":{"x":1}}}');
    expect(made).toEqual({ "/p": null, "/p/q": null });
  });

  test("a blank document and one with only comments come back byte for byte", () => {
    expect(roundTrip("", ["a"], 1, '{\n  "a": 1\n}\n')).toEqual({ "": "" });
    expect(roundTrip("// mine\r\n", ["a"], 1, '// mine\r\n{\r\n  "a": 1\r\n}\r\n')).toEqual({
      "": "// mine\r\n",
    });
    expect(roundTrip("\n", ["a", "b"], 1, '{\n  "a": {\n    "b": 1\n  }\n}\n')).toEqual({
      "": "\n",
      "/a": null,
    });
  });

  test("a blank document and an empty object with the same inside are told apart", () => {
    expect(roundTrip(" ", ["a"], 1, '{\n  "a": 1\n}\n')).toEqual({ "": " " });
    expect(roundTrip("{ }", ["a"], 1, '{\n  "a": 1\n}')).toEqual({ "": "{ }" });
  });

  test("a container that atk made stays as long as somebody else uses it", () => {
    const there = edit("{}", [{ op: "set", at: ["s", "x"], value: 1 }]);
    const shared = set(there.text, ["s", "theirs"], 2);
    expect(jsonc.parse(drop(shared, ["s", "x"], there.made), "f")).toEqual({ s: { theirs: 2 } });
    const noted = there.text.replace('"x"', '// theirs\n    "x"');
    expect(drop(noted, ["s", "x"], there.made)).toBe('{\n  "s": {\n    // theirs\n  }\n}');
  });

  test("records of containers that are gone are dropped", () => {
    const made = { "/gone": null, "/a": "", "/a/[name=x]": null, "": "// was blank" };
    expect(edit('{"a":1}', [], made)).toEqual({ text: '{"a":1}', made: { "": "// was blank" } });
    expect(edit('{"a":{"b":1}}', [{ op: "delete", at: ["a"] }], { "/a": null, "/a/b": "" }).made).toEqual({});
  });
});

describe("what a deletion takes", () => {
  test("the comma of the member before, when it was the last one", () => {
    expect(drop('{\n  "a": 1,\n  "b": 2\n}', ["b"])).toBe('{\n  "a": 1\n}');
    expect(drop('{"a":1,"b":2}', ["b"])).toBe('{"a":1}');
    expect(drop('{"a":1,"b":2,}', ["b"])).toBe('{"a":1,}');
  });

  test("nothing but the member in the middle and at the start", () => {
    expect(drop('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', ["b"])).toBe('{\n  "a": 1,\n  "c": 3\n}');
    expect(drop('{\n  "a": 1,\n\n  "b": 2\n}', ["a"])).toBe('{\n  "b": 2\n}');
    expect(drop('{ "a": 1, "b": 2 }', ["a"])).toBe('{ "b": 2 }');
  });

  test("no comment that is not inside of it", () => {
    expect(drop('{\n  // a\n  "a": 1, // b\n  // c\n  "b": 2 // d\n}', ["b"])).toBe(
      '{\n  // a\n  "a": 1 // b\n  // c\n  // d\n}',
    );
    expect(drop('{\n  "a": 1 // x\n  , "b": 2 }', ["b"])).toBe('{\n  "a": 1 // x\n   }');
    expect(drop('{\n  "a": 1, // x\n  "b": 2, "c": 3 }', ["b"])).toBe('{\n  "a": 1, // x\n  "c": 3 }');
    expect(drop('{\n  "a": 1 /* x */, // y\n  "b": 2\n}', ["a"])).toBe('{\n  /* x */ // y\n  "b": 2\n}');
    expect(drop('{\n  // only\n  "a": 1\n}', ["a"])).toBe("{\n  // only\n}");
  });

  test("nothing when there is nothing, even where something else stands", () => {
    const text = '{ "a": [1], "b": "x" }';
    for (const at of [["z"], ["a", "z"], ["b", "z"], ["z", "y"], [{ by: "n", is: "x" }], ["a", { by: "n", is: "x" }]]) {
      expect(edit(text, [{ op: "delete", at }])).toEqual({ text, made: {} });
    }
  });

  test("the whole document for the empty pointer", () => {
    expect(drop('// c\n{"a":1}\n', [])).toBe("// c\n\n");
  });
});

describe("what a set replaces", () => {
  const text =
    '{\n  // top\n  "s": {\n    "command": "npx", // run\n    "args": ["a"], // args\n    "old": 1, // gone\n    "env": {} // env\n  }\n}';

  test("no byte when the value is equal, whatever the order of its keys", () => {
    expect(set(text, ["s"], { env: {}, old: 1, args: ["a"], command: "npx" })).toBe(text);
  });

  test("only the members that differ, when both are objects", () => {
    const after = set(text, ["s"], { command: "npx", args: ["a", "b"], env: { A: "1" }, url: "u" });
    expect(after).toBe(
      '{\n  // top\n  "s": {\n    "command": "npx", // run\n    "args": ["a", "b"], // args\n    // gone\n    "env": {\n      "A": "1"\n    }, // env\n    "url": "u"\n  }\n}',
    );
  });

  test("a value of another type in its place", () => {
    expect(set('{\n  "a": 1, // c\n  "b": 2\n}', ["a"], { x: [1] })).toBe(
      '{\n  "a": {\n    "x": [\n      1\n    ]\n  }, // c\n  "b": 2\n}',
    );
    expect(set('{"a":{"x":1}}', ["a"], null)).toBe('{"a":null}');
    expect(set('{"a":{"x":1}}', ["a"], {})).toBe('{"a":{}}');
    expect(set('{\n  "a": {\n    "x": 1\n  }\n}', ["a"], { y: 2 })).toBe('{\n  "a": {\n    "y": 2\n  }\n}');
  });

  test("the root by the empty pointer, member by member", () => {
    expect(set('{\n  "a": 1, // c\n  "b": 2\n}', [], { a: 1 })).toBe('{\n  "a": 1 // c\n}');
    expect(set("/* c */ [1]\n", [], { a: 1 })).toBe('/* c */ {\n  "a": 1\n}\n');
  });
});

describe("list items found by a field", () => {
  const list = '{\n  "models": [\n    { "name": "a", "x": 1 }, // A\n    { "name": "b" }\n  ]\n}';
  const item = (is: string) => ["models", { by: "name", is }];

  test("one that is there is merged, one that is not is appended with the field", () => {
    expect(set(list, item("a"), { x: 2 })).toBe(list.replace('"x": 1', '"x": 2'));
    expect(set(list, [...item("b"), "y"], 1)).toBe(list.replace('{ "name": "b" }', '{ "name": "b", "y": 1 }'));
    roundTrip(
      list,
      item("c"),
      { x: 1 },
      list.replace('"b" }', '"b" },\n    {\n      "name": "c",\n      "x": 1\n    }'),
    );
  });

  test("the field always has the value it is found by, and deleting takes every item that fits", () => {
    expect(jsonc.parse(set("{}", item("a"), { name: "z", x: 1 }), "f")).toEqual({
      models: [{ name: "a", x: 1 }],
    });
    expect(drop(list, item("a"))).toBe('{\n  "models": [\n    // A\n    { "name": "b" }\n  ]\n}');
    expect(drop('[{"n":"a"},{"n":"b"},{"n":"a"}]', [{ by: "n", is: "a" }])).toBe('[{"n":"b"}]');
  });

  test("an item made for one of its fields goes with that field", () => {
    const made = roundTrip('{"l":[]}', ["l", { by: "n", is: "a/b" }, "x"], 1, '{"l":[{"n":"a/b","x":1}]}');
    expect(made).toEqual({ "/l": "", "/l/[n=a~1b]": null });
  });

  test("an item renamed in the same request is found by its new name", () => {
    const renamed = edit(list, [
      { op: "set", at: [...item("a"), "name"], value: "z" },
      { op: "set", at: [...item("z"), "x"], value: 9 },
      { op: "set", at: [...item("a"), "x"], value: 5 },
    ]).text;
    expect(jsonc.parse(renamed, "f")).toEqual({
      models: [{ name: "z", x: 9 }, { name: "b" }, { name: "a", x: 5 }],
    });
  });
});

describe("shapes that do not fit", () => {
  function refused(text: string, at: Pointer, value: Json = 1): AtkError {
    try {
      set(text, at, value);
    } catch (error) {
      if (error instanceof AtkError) return error;
    }
    throw new Error("nothing was refused");
  }

  test("a container of the wrong type is named with its place and what was expected", () => {
    const error = refused('{\n  "mcpServers": [1]\n}', ["mcpServers", "x"]);
    expect(error.code).toBe("E_SHAPE");
    expect(error.at).toEqual({ file: "settings.json", pointer: "/mcpServers", line: 2, column: 17 });
    expect(error.message).toBe("cannot edit settings.json: expected an object at /mcpServers, found a list");
    expect(refused("[]", ["a"]).message).toContain("expected an object at the top, found a list");
    expect(refused('{"a":"secret"}', ["a", "b"]).message).toContain("expected an object at /a, found a string");
    expect(refused('{"a":null}', ["a", "b"]).message).toContain("found null");
    expect(refused('{"a":{}}', ["a", { by: "n", is: "x" }], {}).message).toContain(
      "expected a list at /a, found an object",
    );
    expect(refused("{}", ["a", { by: "n", is: "x" }]).message).toContain("must be an object");
  });

  test("broken text and duplicate keys are refused before anything is edited", () => {
    expect(refused('{"a":1,"a":2}', ["b"]).code).toBe("E_FORMAT");
    expect(refused('{"a":1', ["b"]).code).toBe("E_FORMAT");
    expect(() => json.edit({ text: '{"a":1} // c', edits: [], made: {}, file: "f" })).toThrow(AtkError);
  });
});

describe("names", () => {
  test("keys with escapes, astral characters and prototype names are found and written right", () => {
    const text = '{"\\u0061\\n": 1, "__proto__": {"x": 1}, "😀": 1}';
    expect(set(text, ["a\n"], 2)).toBe(text.replace(": 1", ": 2"));
    expect(set(text, ["__proto__", "x"], 2)).toBe(text.replace('"x": 1', '"x": 2'));
    expect(drop(text, ["😀"])).toBe('{"\\u0061\\n": 1, "__proto__": {"x": 1}}');
    expect(set('{"a":1}', ["__proto__"], { b: "\ud800" })).toBe('{"a":1,"__proto__":{"b":"\\ud800"}}');
    expect(set('{"a":1}', ["constructor", 'x"/~'], 1)).toBe('{"a":1,"constructor":{"x\\"/~":1}}');
  });
});
