import fc from "fast-check";
import type { Json } from "../../src/core/json.ts";
import { parseToml } from "../../src/formats/toml-parse.ts";

/** Few names, so that tables, keys and pointers meet. */
const NAMES = ["mcp_servers", "github", "env", "a b", "tui", "ключ", "x.y"] as const;
export const name = fc.constantFrom(...NAMES);
export const path = fc.array(name, { minLength: 1, maxLength: 4 });

const written = (key: string): fc.Arbitrary<string> =>
  /^[\w-]+$/.test(key)
    ? fc.constantFrom(key, key, `"${key}"`, `'${key}'`)
    : fc.constantFrom(JSON.stringify(key), `'${key}'`);
const dotted = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .chain((keys) => fc.tuple(fc.tuple(...keys.map(written)), fc.constantFrom(".", " . ", ".")))
  .map(([keys, dot]) => keys.join(dot));
const scalar = fc.constantFrom(
  "1",
  "0x1F",
  "1e3",
  "inf",
  "true",
  '"text # no comment"',
  "'C:\\dir'",
  '"""a\n[no.table]\n"""',
  "'''\n'''",
  "2026-11-21T05:00:00Z",
  "07:32:00",
  "9223372036854775807",
  "[]",
  "[1, 2]",
  "[ # inner\n  1, # one\n  2,\n]",
  '[{ a = 1 }, { b = "x" }]',
  '"é 😀"',
);
const inline: fc.Arbitrary<string> = fc.letrec<{ value: string; table: string }>((tie) => ({
  value: fc.oneof({ weight: 3, arbitrary: scalar }, tie("table")),
  table: fc
    .record({
      members: fc.array(fc.tuple(dotted, tie("value")), { maxLength: 3 }),
      pad: fc.constantFrom("", " ", "  "),
      comma: fc.constantFrom(",", ", ", " , "),
      equals: fc.constantFrom("=", " = "),
    })
    .map(
      ({ members, pad, comma, equals }) =>
        `{${pad}${members.map(([key, value]) => key + equals + value).join(comma)}${pad}}`,
    ),
})).table;
const gap = fc.constantFrom("", "", " ", "\t");
const comment = fc.constantFrom("", "", " # why", "  #", "# [no.table]");
const statement = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(gap, dotted, fc.constantFrom(" = ", "=", "  =\t"), fc.oneof(scalar, inline), comment)
      .map((parts) => parts.join("")),
  },
  { weight: 3, arbitrary: fc.tuple(gap, dotted, comment).map(([indent, key, end]) => `${indent}[${key}]${end}`) },
  { weight: 1, arbitrary: fc.tuple(dotted, comment).map(([key, end]) => `[[${key}]]${end}`) },
  { weight: 1, arbitrary: fc.constantFrom("# mine", "  # indented", "#", "# key = 1", "# [github]") },
  { weight: 2, arbitrary: fc.constantFrom("", "", "  ") },
);

/** Texts as people and programs write them: every form of table and key, odd spacing, either line ending, with and without a last one. */
export const tomlText = fc
  .record({
    lines: fc.array(statement, { maxLength: 12 }),
    eol: fc.constantFrom("\n", "\r\n"),
    hasEnd: fc.boolean(),
    mark: fc.constantFrom("", "", "\uFEFF"),
  })
  .map(({ lines, eol, hasEnd, mark }) => {
    const body = lines.reduce<readonly string[]>(
      (kept, line) => (isToml([...kept, line]) ? [...kept, line] : kept),
      [],
    );
    return mark + (body.join("\n") + (hasEnd && body.length > 0 ? "\n" : "")).replaceAll("\n", eol);
  });

function isToml(lines: readonly string[]): boolean {
  try {
    parseToml(lines.join("\n"), "generated.toml");
    return true;
  } catch {
    return false;
  }
}

const text = fc.oneof(
  fc.constantFrom("npx", 'a "b" \\ c', "line\nbreak", "\u007F", "", "${TOKEN}"),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);
const plain: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.integer({ min: -5, max: 5 }),
  fc.boolean(),
  fc.constant(0.5),
  fc.array(text, { maxLength: 3 }),
);
export const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json; map: Json }>((tie) => ({
  value: fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: tie("map") }),
  map: fc.dictionary(fc.oneof(name, fc.constantFrom("command", "args", "__proto__")), tie("value"), { maxKeys: 3 }),
})).value;
