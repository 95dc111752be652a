import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { valueForms } from "../../src/core/value-forms.ts";

const value = fc.string({ unit: "binary", minLength: 4, maxLength: 30 }).filter((text) => text.trim().length >= 4);
const isIn = (text: string, forms: readonly string[]): boolean => forms.some((form) => text.includes(form));

describe("the forms of a value", () => {
  it("are none for less than four characters, however much white space is around them", () => {
    expect(valueForms("abc")).toEqual([]);
    expect(valueForms("   abc\n")).toEqual([]);
    expect(valueForms("          ")).toEqual([]);
  });

  it("are without the white space around the value", () => {
    expect(valueForms(" hunter2\n")).toEqual(valueForms("hunter2"));
  });

  it("are found in base64 of anything that has the value in it", () => {
    fc.assert(
      fc.property(value, fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (text, before, after) => {
        const bytes = Buffer.concat([before, Buffer.from(text, "utf8"), after]);
        const forms = valueForms(text);
        expect(isIn(bytes.toString("base64"), forms)).toBe(true);
        expect(isIn(bytes.toString("base64url"), forms)).toBe(true);
      }),
    );
  });

  it("have the whole base64 of the value, padded and not", () => {
    fc.assert(
      fc.property(value, (text) => {
        const bytes = Buffer.from(text.trim(), "utf8");
        const padded = bytes.toString("base64");
        expect(valueForms(text)).toEqual(
          expect.arrayContaining([padded, padded.replace(/=+$/, ""), bytes.toString("base64url")]),
        );
      }),
    );
  });

  it("have what encodeURIComponent, HTML forms and JSON make of the value", () => {
    fc.assert(
      fc.property(value, (text) => {
        const whole = text.trim();
        const encoded = encodeURIComponent(whole);
        const lower = encoded.replace(/%../g, (part) => part.toLowerCase());
        const form = new URLSearchParams({ a: whole }).toString().slice(2);
        const json = JSON.stringify(whole).slice(1, -1);
        expect(valueForms(text)).toEqual(expect.arrayContaining([whole, encoded, lower, form, json]));
      }),
    );
  });

  it.each([
    ["Python", "naïve/key", "na\\u00efve/key"],
    ["Go", "a&b<c>d", "a\\u0026b\\u003cc\\u003ed"],
    ["PHP", "a/b/c/d", "a\\/b\\/c\\/d"],
  ])("have what %s writes into JSON", (_language, text, written) => {
    expect(valueForms(text)).toContain(written);
  });

  it("have each line of at least eight characters of a value with several lines", () => {
    const forms = valueForms("-----BEGIN KEY-----\r\n  MIIEvQIBADAN\nshort\n");
    expect(forms).toContain("MIIEvQIBADAN");
    expect(forms).toContain(Buffer.from("MIIEvQIBADAN").toString("base64"));
    expect(forms).not.toContain("short");
  });
});
