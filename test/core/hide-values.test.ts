import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHider, HIDDEN, type HideStream } from "../../src/core/hide-values.ts";
import { valueForms } from "../../src/core/value-forms.ts";

/** The rule said plainly: every place of every form is hidden, and what overlaps is one. */
function hidePlainly(text: string, forms: readonly string[]): string {
  const places = forms.flatMap((form) => placesOf(text, form)).sort((a, b) => a.from - b.from || b.to - a.to);
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of places) {
    const last = merged.at(-1);
    if (last === undefined || from >= last.to) merged.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return merged.reduceRight((shown, { from, to }) => shown.slice(0, from) + HIDDEN + shown.slice(to), text);
}

function placesOf(text: string, form: string): { from: number; to: number }[] {
  const places = [];
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1))
    places.push({ from: at, to: at + form.length });
  return places;
}

const few = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 4, maxLength: 8 });
const any = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const values = fc.array(
  fc.oneof(
    few,
    any,
    fc.tuple(any, any).map((lines) => lines.join("\n")),
  ),
  { maxLength: 4 },
);

/** Values, and a text out of their forms, pieces of their forms, and anything. */
const valuesAndText = values.chain((known) => {
  const forms = known.flatMap(valueForms);
  const form = forms.length === 0 ? any : fc.constantFrom(...forms);
  const part = fc.tuple(form, fc.nat(12), fc.nat(12)).map(([whole, from, length]) => whole.slice(from, from + length));
  return fc.tuple(
    fc.constant(known),
    fc.array(fc.oneof(form, part, few, any), { maxLength: 12 }).map((parts) => parts.join("")),
  );
});

function inChunks(stream: HideStream, text: string, cuts: readonly number[]): string {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const shown = places.slice(1).map((to, index) => stream.push(text.slice(places[index], to)));
  return shown.join("") + stream.end();
}

describe("known values in a text", () => {
  it("are hidden wherever they stand, in every form, and nothing else is", () => {
    fc.assert(
      fc.property(valuesAndText, ([known, text]) => {
        const forms = [...new Set(known.flatMap(valueForms))];
        const shown = createHider(known).text(text);
        expect(shown).toBe(hidePlainly(text, forms));
        for (const part of shown.split(HIDDEN)) for (const form of forms) expect(part.includes(form)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("are hidden in chunks as in the whole, wherever it is cut", () => {
    fc.assert(
      fc.property(valuesAndText, fc.array(fc.nat(), { maxLength: 20 }), ([known, text], cuts) => {
        const hider = createHider(known);
        const shown = hider.text(text);
        expect(inChunks(hider.stream(), text, cuts)).toBe(shown);
        expect(
          inChunks(
            hider.stream(),
            text,
            [...text].map((_character, index) => index),
          ),
        ).toBe(shown);
      }),
      { numRuns: 2_000 },
    );
  });

  it("are hidden in bytes as in text", () => {
    fc.assert(
      fc.property(valuesAndText, fc.array(fc.nat(), { maxLength: 20 }), ([known, text], cuts) => {
        const bytes = Buffer.from(text, "utf8");
        const hider = createHider(known);
        const shown = inChunks(hider.byteStream(), bytes.toString("latin1"), cuts);
        expect(Buffer.from(shown, "latin1").toString("utf8")).toBe(hider.text(bytes.toString("utf8")));
      }),
      { numRuns: 1_000 },
    );
  });

  it("leave a text without any of them as it is", () => {
    fc.assert(
      fc.property(values, any, (known, text) => {
        fc.pre(!known.flatMap(valueForms).some((form) => text.includes(form)));
        expect(createHider(known).text(text)).toBe(text);
      }),
    );
  });

  it("are held back only as long as they may still begin", () => {
    fc.assert(
      fc.property(valuesAndText, ([known, text]) => {
        const stream = createHider(known).stream();
        stream.push(text);
        const [rest = ""] = stream.end().split(HIDDEN);
        expect(rest === "" || known.flatMap(valueForms).some((form) => form.startsWith(rest))).toBe(true);
      }),
    );
  });

  it("are shown as hidden at once, and what may belong to them follows later", () => {
    const stream = createHider(["hunter2", "hunter2-and-more"]).stream();
    expect(stream.push("password: hunter2")).toBe("password: (hidden)");
    expect(stream.push("-and-")).toBe("");
    expect(stream.push("less\n")).toBe("-and-less\n");
    expect(stream.end()).toBe("");
  });

  it("that overlap leave nothing of each other", () => {
    expect(createHider(["abcdef", "defghi"]).text("> abcdefghi <")).toBe("> (hidden) <");
  });

  it.each([
    ["in clear", "token is hunter2/secret+key", "token is (hidden)"],
    ["in a URL", "?t=hunter2%2Fsecret%2Bkey&x", "?t=(hidden)&x"],
    ["in a URL in lower case", "?t=hunter2%2fsecret%2bkey&x", "?t=(hidden)&x"],
    ["as base64", `t: ${Buffer.from("hunter2/secret+key").toString("base64")}.`, "t: (hidden)."],
    ["as a header", `Basic ${Buffer.from("mia:hunter2/secret+key").toString("base64")}`, "Basic bWlhOm(hidden)"],
  ])("are hidden %s", (_form, text, shown) => {
    expect(createHider(["hunter2/secret+key"]).text(text)).toBe(shown);
  });

  it("stay as they are when they are too short to be told from words", () => {
    expect(createHider(["80", "on", "   "]).text("port 80 is on   ")).toBe("port 80 is on   ");
  });
});
