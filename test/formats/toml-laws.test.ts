import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { equal, isObject, type Json } from "../../src/core/json.ts";
import { valueAt, type DocumentEdit, type EditResult, type Made } from "../../src/formats/document.ts";
import { toml } from "../../src/formats/toml.ts";
import { modelEdit, ShapeError } from "./json-model.ts";
import { path, tomlText, value } from "./toml-arbitrary.ts";

const file = "config.toml";
const RUNS = { numRuns: 1500 };
const edit = (text: string, edits: readonly DocumentEdit[], made: Made = {}): EditResult =>
  toml.edit({ text, edits, made, file });

const anyEdit: fc.Arbitrary<DocumentEdit> = fc.oneof(
  fc.record({ op: fc.constant("set"), at: path, value }),
  fc.record({ op: fc.constant("delete"), at: path }),
) as fc.Arbitrary<DocumentEdit>;

describe("laws of the TOML editor", () => {
  it("reading an edited text gives the edit done on the data, or the edit is refused for its shape", () => {
    let refused = 0;
    fc.assert(
      fc.property(tomlText, fc.array(anyEdit, { minLength: 1, maxLength: 3 }), (text, edits) => {
        const meant = attempt(() => edits.reduce<Json | undefined>(modelEdit, toml.parse(text, file) ?? {}));
        const done = attempt(() => edit(text, edits).text);
        if (meant === undefined || done === undefined) {
          refused += meant === undefined ? 0 : 1;
          if (meant) console.log("REFUSED", JSON.stringify([text, edits]));
          if (meant === undefined) expect(done).toBeUndefined();
          return;
        }
        expect(withoutEmpty(toml.parse(done, file) ?? {})).toEqual(withoutEmpty(meant ?? {}));
      }),
      RUNS,
    );
    expect(refused).toBe(0);
  });

  it("set and then delete gives the same bytes, and leaves no record", () => {
    fc.assert(
      fc.property(tomlText, path, value, (text, at, wanted) => {
        fc.pre(valueAt(toml.parse(text, file), at) === undefined);
        const once = attempt(() => edit(text, [{ op: "set", at, value: wanted }]));
        fc.pre(once !== undefined);
        expect(edit(once?.text ?? "", [{ op: "delete", at }], once?.made)).toEqual({ text, made: {} });
      }),
      RUNS,
    );
  });

  it("several entries deleted in any order give the same bytes", () => {
    const names = ["one", "two", "three"] as const;
    fc.assert(
      fc.property(
        tomlText,
        path,
        value,
        fc.shuffledSubarray([...names], { minLength: 3 }),
        (text, base, wanted, order) => {
          const set = (draft: EditResult, name: string): EditResult =>
            edit(draft.text, [{ op: "set", at: [...base, name], value: wanted }], draft.made);
          const added = attempt(() => names.reduce(set, { text, made: {} }));
          fc.pre(added !== undefined);
          const left = order.reduce<EditResult>(
            (draft, name) => edit(draft.text, [{ op: "delete", at: [...base, name] }], draft.made),
            added ?? { text, made: {} },
          );
          expect(left).toEqual({ text, made: {} });
        },
      ),
      RUNS,
    );
  });

  it("setting the same again changes no byte and no record", () => {
    fc.assert(
      fc.property(tomlText, path, value, (text, at, wanted) => {
        const edits: readonly DocumentEdit[] = [{ op: "set", at, value: wanted }];
        const once = attempt(() => edit(text, edits));
        fc.pre(once !== undefined);
        expect(edit(once?.text ?? "", edits, once?.made)).toEqual(once);
      }),
      RUNS,
    );
  });

  it("setting what is there already, and deleting what is not, changes no byte", () => {
    fc.assert(
      fc.property(tomlText, path, (text, at) => {
        const found = valueAt(toml.parse(text, file), at);
        const edits: readonly DocumentEdit[] = [
          found === undefined ? { op: "delete", at } : { op: "set", at, value: found },
        ];
        expect(edit(text, edits)).toEqual({ text, made: {} });
      }),
      RUNS,
    );
  });

  it("a new value leaves every other line as it was, in its order, but for the inline table it goes into", () => {
    fc.assert(
      fc.property(tomlText, path, value, (text, at, wanted) => {
        fc.pre(valueAt(toml.parse(text, file), at) === undefined);
        const after = attempt(() => edit(text, [{ op: "set", at, value: wanted }]).text);
        fc.pre(after !== undefined);
        expect(linesLost(text, after ?? "")).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });

  it("line endings and a byte order mark stay as they are", () => {
    fc.assert(
      fc.property(tomlText, fc.array(anyEdit, { minLength: 1, maxLength: 3 }), (text, edits) => {
        fc.pre(text.includes("\n"));
        const after = attempt(() => edit(text, edits).text) ?? text;
        expect(after.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
        const isWindows = text.includes("\r\n");
        expect(/(?<!\r)\n/.test(after)).toBe(!isWindows && after.includes("\n"));
      }),
      RUNS,
    );
  });

  it("several edits at once say what they say one by one", () => {
    fc.assert(
      fc.property(tomlText, fc.array(anyEdit, { minLength: 2, maxLength: 4 }), (text, edits) => {
        const together = attempt(() => edit(text, edits).text);
        const each = attempt(
          () =>
            edits.reduce((draft, one) => edit(draft.text, [one], draft.made), { text, made: {} } as EditResult).text,
        );
        fc.pre(together !== undefined && each !== undefined);
        const data = (result: string | undefined): Json => withoutEmpty(toml.parse(result ?? "", file) ?? {});
        expect(data(together)).toEqual(data(each));
      }),
      RUNS,
    );
  });
});

/** Undefined where the specification or the editor refuses for the shape; anything else thrown is a fault. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof ShapeError || (error instanceof AtkError && error.code === "E_SHAPE")) return undefined;
    throw error;
  }
}

/** An empty table may stand in the text or be left out. */
function withoutEmpty(data: Json): Json {
  if (!isObject(data)) return data;
  const members = Object.entries(data).map(([key, member]) => [key, withoutEmpty(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => !equal(member, {})));
}

function linesLost(before: string, after: string): number {
  const left = after.split("\n");
  let from = 0;
  let lost = 0;
  for (const line of before.split("\n")) {
    const at = left.findIndex((each, index) => index >= from && each.trimEnd() === line.trimEnd());
    if (at === -1) lost += 1;
    else from = at + 1;
  }
  return lost;
}
