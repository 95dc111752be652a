import * as fc from "fast-check";
import type { Json } from "../../src/core/json.ts";
import type { DocumentEdit, Key, Pointer } from "../../src/formats/document.ts";

const KEYS = ["a", "b", "mcpServers", "__proto__", "constructor", "ключ", "😀", "a/b", "~1", "", 'q"uote', "tab\t"];

export const keyText = fc.constantFrom(...KEYS);

export const smallJson = fc.letrec<{ value: Json; object: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, 0, -1.5, 1e21, "x", "a // no comment", "/* no */", "\u2028", "😀\ud800"),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(keyText, tie("value"), { maxKeys: 3, noNullPrototype: true }),
}));

export const pointer: fc.Arbitrary<Pointer> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: keyText as fc.Arbitrary<Key> },
    { weight: 1, arbitrary: fc.record({ by: fc.constant("name"), is: fc.constantFrom("x", "y", "=]/") }) },
  ),
  { minLength: 1, maxLength: 4 },
);

export const setEdit: fc.Arbitrary<DocumentEdit> = fc
  .record({ at: pointer, value: smallJson.value, object: smallJson.object })
  .map(({ at, value, object }) => ({ op: "set", at, value: typeof at.at(-1) === "string" ? value : object }));

const comment = fc.constantFrom(
  "// line",
  "// spaces behind \u00a0 ",
  '// {[,"',
  "/* block */",
  "/* two\n   lines */",
  "/**/",
);
const blank = fc.constantFrom("", "", " ", "\n", "\n  ", "\n\t", "\n\n    ", "  ", " \r  ");

/** White space and comments; a line comment always ends its line. */
export const trivia = fc
  .array(fc.tuple(blank, fc.option(comment, { freq: 3 })), { maxLength: 2 })
  .map((parts) =>
    parts.map(([space, note]) => space + (note === null ? "" : note.startsWith("//") ? `${note}\n` : note)).join(""),
  );

interface Written {
  readonly text: string;
}

const written = fc.letrec<{ value: Written; object: Written }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("1", '"s"', "null", "-0.5e3", '"\\u0041 // \\" /*"', "true").map((text) => ({ text })),
    tie("object"),
    list(tie("value")),
  ),
  object: members(tie("value")),
}));

function list(value: fc.Arbitrary<Written>): fc.Arbitrary<Written> {
  const items = fc.array(fc.tuple(trivia, value, trivia), { maxLength: 3 });
  return bracketed(
    items.map((all) => all.map(([before, { text }, after]) => before + text + after)),
    "[",
    "]",
  );
}

function members(value: fc.Arbitrary<Written>): fc.Arbitrary<Written> {
  const member = fc.record({ key: keyText, value, gaps: fc.tuple(trivia, trivia, trivia, trivia) });
  const items = fc.uniqueArray(member, { selector: ({ key }) => key, maxLength: 4 });
  const texts = items.map((all) =>
    all.map(({ key, value: { text }, gaps: [a, b, c, d] }) => `${a}${JSON.stringify(key)}${b}:${c}${text}${d}`),
  );
  return bracketed(texts, "{", "}");
}

function bracketed(items: fc.Arbitrary<readonly string[]>, open: string, close: string): fc.Arbitrary<Written> {
  return fc.tuple(items, trivia, fc.boolean()).map(([texts, last, trailing]) => ({
    text: `${open}${texts.join(",")}${trailing && texts.length > 0 ? "," : ""}${last}${close}`,
  }));
}

/** Wild JSONC documents with an object at the top: comments everywhere, odd white space, CRLF, byte order marks. */
export const jsoncText = fc
  .record({ before: trivia, object: written.object, after: trivia, crlf: fc.boolean(), bom: fc.boolean() })
  .map(({ before, object, after, crlf, bom }) => {
    const text = before + object.text + after;
    return (bom ? "\uFEFF" : "") + (crlf ? text.replaceAll("\n", "\r\n") : text);
  });

/** As jsoncText, and documents with nothing but white space and comments. */
export const anyText = fc.oneof({ weight: 5, arbitrary: jsoncText }, { weight: 1, arbitrary: trivia });

/** What programs write: indented, in one line, with tabs. */
export const strictText = fc
  .record({
    value: smallJson.object,
    indent: fc.constantFrom(0, 2, 4, "\t"),
    end: fc.constantFrom("", "\n"),
    crlf: fc.boolean(),
  })
  .map(({ value, indent, end, crlf }) => {
    const text = JSON.stringify(value, null, indent) + end;
    return crlf ? text.replaceAll("\n", "\r\n") : text;
  });
