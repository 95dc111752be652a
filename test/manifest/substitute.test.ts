import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { references, trailingReference, substitute } from "../../src/manifest/substitute.ts";

const values: Readonly<Record<string, string>> = { FOO: "foo", EMPTY: "", TWICE: "$FOO", constructor: "c" };
const lookup = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);

describe("substitution", () => {
  it.each([
    ["$FOO", "foo"],
    ["${FOO}", "foo"],
    ["a-$FOO/b", "a-foo/b"],
    ["$FOOBAR", "$FOOBAR"],
    ["${FOO}BAR", "fooBAR"],
    ["$FOO.txt $FOO", "foo.txt foo"],
    ["$UNSET ${UNSET}", "$UNSET ${UNSET}"],
    ["${UNSET:-x y}", "x y"],
    ["${EMPTY:-x}", "x"],
    ["${FOO:-x}", "foo"],
    ["${UNSET:-}", ""],
    ["$EMPTY|", "|"],
    ["$TWICE", "$FOO"],
    ["$$ $1 $ {FOO} ${} ${1} %FOO%", "$$ $1 $ {FOO} ${} ${1} %FOO%"],
    ["$constructor $toString", "c $toString"],
    ["${FOO", "${FOO"],
  ])("%j gives %j", (template, text) => {
    expect(substitute(template, lookup)).toBe(text);
  });

  it("leaves every text alone when no variable is known", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("$", "{", "}", "A", "b", "1", "_", " ", "-") }), (text) => {
        expect(substitute(text, () => undefined)).toBe(text.replaceAll(/\$\{[A-Za-z_]\w*:-([^}]*)\}/g, "$1"));
      }),
    );
  });

  it("asks for exactly the names it says a text refers to", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("$", "{", "}", "A", "B", ":-", " ") }), (text) => {
        const asked: string[] = [];
        substitute(text, (name) => void asked.push(name));
        expect(asked).toEqual(references(text).map(({ name }) => name));
      }),
    );
  });

  it("knows a text that ends with its one variable, and the plain text before it", () => {
    expect(["$A", "${A}", "Bearer $A", "k=${A}"].map(trailingReference)).toEqual([
      { name: "A" },
      { name: "A" },
      { name: "A", prefix: "Bearer " },
      { name: "A", prefix: "k=" },
    ]);
    const others = ["A", "", "$A ", "${A:-b}", "$A$B", "{$A", "x}$A", "a\nb$A", "$$A"];
    expect(others.map(trailingReference)).toEqual(others.map(() => undefined));
  });
});
