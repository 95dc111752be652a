import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { encryptFor, generateKey, publicKeyOf } from "../../src/secrets/age.ts";

export const FILE = "secrets.yaml";

/** Whether the programs of age are here, for the tests that ask them. */
export const hasAge = spawnSync("age", ["--version"]).status === 0;

export interface Key {
  readonly secret: string;
  readonly public: string;
}

export async function newKey(): Promise<Key> {
  const secret = await generateKey();
  return { secret, public: await publicKeyOf(secret) };
}

export const [laptop, desktop, thief] = await Promise.all([newKey(), newKey(), newKey()]);
export const sealed = await encryptFor("s3cret", [laptop.public]);
export const sealedAgain = await encryptFor("an0ther", [laptop.public]);

/** Names as people choose them, and some that JavaScript or YAML might stumble over. */
export const name = fc.oneof(
  fc.constantFrom("GITHUB_TOKEN", "openai.api-key", "__proto__", "constructor", "toString", "_", "a", "no", "y", "e1"),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/).filter((text) => !/^(true|false|null)$/i.test(text)),
);

const comment = fc.constantFrom("# written by hand", "  # about the next one", "#", "    # déjà vu 🔑", "", "  ");
const behind = fc.constantFrom("", "", " # mine");
const machineKey = (key: string) =>
  fc.constantFrom(key, `{ key: ${key}, since: 2026-11-21 }`, `{key: ${key}}`, `"${key}"`, `'${key}'`);
const secret = fc.constantFrom(sealed, sealedAgain, `"${sealed}"`, `'${sealed}'`);

interface Section {
  readonly header: string;
  readonly lines: readonly string[];
}

const section = (header: string, entries: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Section | undefined> =>
  fc.option(
    fc.record({ entries, comments: fc.array(comment, { maxLength: 6 }), end: behind }).map((part) => ({
      header: `${header}:${part.end}`,
      lines: part.entries.flatMap((entry, at) => [...part.comments.slice(at, at + 1), entry]),
    })),
    { nil: undefined },
  );

const names = (maxLength: number) => fc.uniqueArray(name, { minLength: 1, maxLength });
const entriesOf = (values: fc.Arbitrary<string>, maxLength = 5) =>
  fc
    .tuple(names(maxLength), fc.array(fc.tuple(values, behind), { minLength: maxLength, maxLength }))
    .map(([keys, written]) => keys.map((key, at) => `  ${key}: ${written[at]?.join("") ?? ""}`));

/** Texts of secrets files as people leave them: comments, blank lines, quotes, any order, CRLF, a byte order mark, no last line ending. */
export const text = fc
  .record({
    sections: fc
      .tuple(
        section("recipients", entriesOf(machineKey(laptop.public), 1)),
        section("requests", entriesOf(machineKey(desktop.public), 2)),
        section("secrets", entriesOf(secret)),
        section("rotate", entriesOf(fc.constantFrom("old lost access on 2026-11-21", "'why: this'"))),
      )
      .chain((all) => fc.shuffledSubarray(all.filter((each) => each !== undefined))),
    top: fc.array(comment, { maxLength: 3 }),
    eol: fc.constantFrom("\n", "\r\n"),
    tail: fc.constantFrom("", "\n"),
    mark: fc.constantFrom("", "", "\uFEFF"),
  })
  .map(({ sections, top, eol, tail, mark }) => {
    const lines = [...top, ...sections.flatMap(({ header, lines: inside }) => [header, ...inside])];
    return mark + (lines.join("\n") + (lines.length === 0 ? "" : tail)).replaceAll("\n", eol);
  });

/** What a person wrote in a text: everything from # on, sorted. */
export const comments = (from: string): readonly string[] => [...(from.match(/#[^\r\n]*/g) ?? [])].sort();
