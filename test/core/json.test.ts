import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, equal, type Json } from "../../src/core/json.ts";

const json = fc.jsonValue() as fc.Arbitrary<Json>;

describe("two values are equal when their canonical texts are", () => {
  it("for any values", () => {
    fc.assert(fc.property(json, json, (a, b) => equal(a, b) === (canonical(a) === canonical(b))));
  });

  it("whatever order keys were written in, numbers like 1.0 and keys like __proto__ included", () => {
    const a = JSON.parse('{"b":1,"a":{"d":[1,2],"c":null},"__proto__":{"x":1}}') as Json;
    const b = JSON.parse('{"__proto__":{"x":1},"a":{"c":null,"d":[1.0,2]},"b":1}') as Json;
    expect(equal(a, b)).toBe(true);
    expect(canonical(a)).toBe(canonical(b));
    expect(canonical(a)).toContain("__proto__");
  });

  it("a text read back is the value", () => {
    fc.assert(
      fc.property(json, (value) =>
        equal(JSON.parse(canonical(value)) as Json, JSON.parse(JSON.stringify(value)) as Json),
      ),
    );
  });

  it("a list is no map, nothing is not null", () => {
    expect(equal([], {})).toBe(false);
    expect(equal(undefined, null)).toBe(false);
    expect(equal({ a: null }, {})).toBe(false);
  });
});
