import { parse } from "dotenv";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { editDotenv, parseDotenv } from "../../src/formats/dotenv.ts";

const name = fc.constantFrom("OPENAI_API_KEY", "LOG_LEVEL", "A", "B", "x.y", "constructor");
const nasty = fc.string({
  unit: fc.constantFrom("a", " ", "'", '"', "`", "$", "#", "\\", "n", "=", "\n", "\r", "\t", "é", "😀", "\u2028"),
  maxLength: 12,
});
const value = fc.oneof(nasty, fc.string({ unit: "binary" }), fc.string());

/** Files as people write them. */
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("", "export ", "  "),
      name,
      fc.constantFrom("=", " = ", ": "),
      fc.constantFrom("v", "'q # r'", '"d\\n"', "`b`", "", "un#c", "'it''s'", '"a\nb"', "$HOME"),
      fc.constantFrom("", " ", " # note"),
    )
    .map((parts) => parts.join("")),
  fc.constantFrom("", "# comment", "#A=1", "   ", "not a line", "'", "=x"),
);
const file = fc
  .record({
    lines: fc.array(line, { maxLength: 7 }),
    eol: fc.constantFrom("\n", "\r\n"),
    end: fc.boolean(),
    bom: fc.boolean(),
  })
  .map(
    ({ lines, eol, end, bom }) =>
      (bom ? "\uFEFF" : "") +
      lines
        .map((one) => one.replaceAll("\n", eol) + eol)
        .join("")
        .slice(0, end ? undefined : -eol.length || undefined),
  );

function variables(text: string): Record<string, string> {
  return parse(text);
}

/** Undefined when no spelling of the value can be read back. */
function tryEdit(text: string, change: Parameters<typeof editDotenv>[1]): string | undefined {
  try {
    return editDotenv(text, change);
  } catch (error) {
    if (error instanceof AtkError && error.code === "E_ENV") return undefined;
    throw error;
  }
}

describe("setting variables", () => {
  test("every value that is accepted reads back with dotenv, and no other variable changes", () => {
    fc.assert(
      fc.property(file, name, value, (text, name, value) => {
        const after = tryEdit(text, { set: { [name]: value } });
        if (after !== undefined) expect(variables(after)).toEqual({ ...variables(text), [name]: value });
      }),
      { numRuns: 1500 },
    );
  });

  test("every value in a file of its own is accepted, unless it needs quotes and has all three kinds", () => {
    fc.assert(
      fc.property(value, (value) => {
        const after = tryEdit("", { set: { A: value } });
        const mixed =
          ["'", '"', "`"].every((quote) => value.includes(quote)) || value.includes("\r") || value.includes("\\");
        if (!mixed) expect(after).toBeDefined();
        if (after !== undefined) expect(parseDotenv(after, ".env").entries).toEqual([{ name: "A", value, line: 1 }]);
      }),
      { numRuns: 1500 },
    );
  });

  test("setting again changes no byte", () => {
    fc.assert(
      fc.property(file, name, value, (text, name, value) => {
        const after = tryEdit(text, { set: { [name]: value } });
        if (after !== undefined) expect(editDotenv(after, { set: { [name]: value } })).toBe(after);
      }),
    );
  });

  test("set, then unset gives the same bytes back", () => {
    fc.assert(
      fc.property(file, value, (text, value) => {
        const after = tryEdit(text, { set: { NEW_NAME: value } });
        if (after !== undefined) expect(editDotenv(after, { unset: ["NEW_NAME"] })).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });

  test("comments, order, export, spaces, line endings and unknown lines stay", () => {
    const before = "\uFEFF# keys\r\nexport A = old # note\r\nnot a line\r\nB='x'\r\n";
    expect(editDotenv(before, { set: { A: "n w", C: "1" } })).toBe(
      "\uFEFF# keys\r\nexport A = 'n w' # note\r\nnot a line\r\nB='x'\r\nC=1\r\n",
    );
    expect(editDotenv("A=1", { set: { B: "2" } })).toBe("A=1\nB=2");
  });

  test("a value is written bare if that is safe, else in the plainest quotes that hold it", () => {
    const written = (value: string) => editDotenv("", { set: { A: value } });
    expect(written("sk-1_2/3:x@y.z")).toBe("A=sk-1_2/3:x@y.z\n");
    expect(written("")).toBe("A=\n");
    expect(written("a $HOME #b")).toBe("A='a $HOME #b'\n");
    expect(written("it's")).toBe(`A="it's"\n`);
    expect(written("a\nb\r")).toBe('A="a\\nb\\r"\n');
    expect(written("\\n it's")).toBe("A=`\\n it's`\n");
    expect(written(`'"\``)).toBe(`A='"\`\n`);
  });

  test("a new variable may have a comment line above it, an old one gets none", () => {
    const describe = { A: "key from\nhttps://example.com", B: "old" };
    expect(editDotenv("B=1\n", { set: { A: "x", B: "2" }, describe })).toBe(
      "B=2\n# key from https://example.com\nA=x\n",
    );
  });

  test("of a name that is there twice the last one is set and both are unset", () => {
    const twice = "A=1\nB=2\nA=3 # last\n";
    expect(editDotenv(twice, { set: { A: "4" } })).toBe("A=1\nB=2\nA=4 # last\n");
    expect(editDotenv(twice, { unset: ["A"] })).toBe("B=2\n");
  });

  test("a value over several lines is replaced and taken out as a whole", () => {
    const key = 'KEY="-----BEGIN\nabc=\n-----END" # pem\nB=1\n';
    expect(editDotenv(key, { set: { KEY: "x" } })).toBe("KEY=x # pem\nB=1\n");
    expect(editDotenv(key, { unset: ["KEY"] })).toBe("B=1\n");
  });

  test("a value that no spelling can hold is refused without being shown", () => {
    const secret = "sk-'secret'-\"`#\n";
    expect(() => editDotenv("", { set: { A: secret } })).toThrow(AtkError);
    try {
      editDotenv("", { set: { A: secret } });
    } catch (error) {
      if (!(error instanceof AtkError)) throw error;
      expect(error.message).toContain("the value of A");
      expect(JSON.stringify([error.message, error.hint, error.at])).not.toContain("sk-");
    }
  });

  test("a name that is no variable is refused", () => {
    for (const name of ["", "1A", "A B", "A=B", "A\nB", "#A", "é"]) {
      expect(() => editDotenv("", { set: { [name]: "1" } })).toThrow(/cannot set/);
    }
    expect(() => editDotenv("", { set: Object.fromEntries([["__proto__", "1"]]) })).toThrow(AtkError);
  });
});

describe("reading", () => {
  test("gives what dotenv reads, or says that programs differ", () => {
    fc.assert(
      fc.property(file, (text) => {
        const { entries, problems } = parseDotenv(text, ".env");
        const last = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
        if (problems.every(({ message }) => !message.includes("differently")))
          expect(variables(text)).toMatchObject(last);
      }),
      { numRuns: 1500 },
    );
  });

  test("gives names, values and lines, without interpolation", () => {
    const text = "# c\r\nexport A=$HOME/x # c\r\n\r\nB='a\r\nb'\r\nC: \"x\\ny\"\r\nD=\r\n";
    expect(parseDotenv(text, ".env")).toEqual({
      entries: [
        { name: "A", value: "$HOME/x", line: 2 },
        { name: "B", value: "a\nb", line: 4 },
        { name: "C", value: "x\ny", line: 6 },
        { name: "D", value: "", line: 7 },
      ],
      problems: [],
    });
  });

  test("one broken line is a problem with its place, hides no other and is not quoted", () => {
    const { entries, problems } = parseDotenv("A=1\nsk-secret\nB=2\nA=3\n", ".env");
    expect(entries.map(({ name }) => name)).toEqual(["A", "B", "A"]);
    expect(problems.map(({ at }) => at)).toEqual([
      { file: ".env", line: 2 },
      { file: ".env", line: 4 },
    ]);
    expect(JSON.stringify(problems)).not.toContain("sk-secret");
  });
});
