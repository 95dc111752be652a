import { describe, expect, it } from "vitest";
import { findLines } from "../../src/formats/find-lines.ts";

const JSON_TEXT = '\uFEFF{\n  "a": 1,\n  // b\n  "servers": {\n    "x": {},\n    "y": { "z": 1 }\n  }\n}\n';
const TOML_TEXT = '# c\nmodel = "m"\n[servers.x]\na = 1\n[servers.y.z]\nb = 1\n[servers]\nq = { r = 1 }\n';
const YAML_TEXT = "# c\nservers:\n  x: { a: 1 }\n  'y':\n    z: 1\nlist:\n  - name: one\n  - other: 1\n    name: two\n";

describe("the line of a value", () => {
  it("is that of its key, in every format", async () => {
    const places = [["servers", "x"], ["servers", "y", "z"], ["servers", "none"], ["servers"]];
    expect(await findLines("jsonc", JSON_TEXT, places)).toEqual([5, 6, undefined, 4]);
    expect(await findLines("toml", TOML_TEXT, places)).toEqual([3, 5, undefined, 3]);
    expect(await findLines("yaml", YAML_TEXT, places)).toEqual([3, 5, undefined, 2]);
  });

  it("is that of the item of a list", async () => {
    const two = ["list", { by: "name", is: "two" }];
    expect(await findLines("yaml", YAML_TEXT, [two, ["list", { by: "name", is: "no" }]])).toEqual([8, undefined]);
    expect(await findLines("json", '{"list":[\n{"name":"one"},\n{"name":"two"}]}', [two])).toEqual([3]);
  });
});
