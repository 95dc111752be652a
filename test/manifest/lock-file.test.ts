import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLock, printLock } from "../../src/manifest/lock-file.ts";
import type { Lock, LockedPlugin } from "../../src/manifest/lock.ts";
import type { Source } from "../../src/manifest/manifest.ts";
import { report, thrownBy } from "./report.ts";

const FILE = "atk.lock";
const integrity = `sha256-${"a".repeat(64)}`;

const word = fc.stringMatching(/^[a-z0-9@^~][a-z0-9./@:~^é-]{0,12}$/);
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((it) => (it === undefined ? {} : { [key]: it }));
const both = <A, B>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>) => fc.tuple(a, b).map(([x, y]) => ({ ...x, ...y }));

const source: fc.Arbitrary<Source> = fc.oneof(
  both(fc.constant({ type: "registry" as const }), optional("version", word)),
  both(
    fc.record({ type: fc.constant("git" as const), url: word }),
    both(optional("ref", word), optional("path", word)),
  ),
  both(fc.record({ type: fc.constant("npm" as const), package: word }), optional("version", word)),
  fc.record({ type: fc.constant("local" as const), path: word }),
);
const locked: fc.Arbitrary<LockedPlugin> = both(
  fc.record({ source, integrity: hex(64).map((digits) => `sha256-${digits}`) }),
  both(
    both(optional("version", word), optional("commit", hex(40))),
    optional("files", fc.array(fc.constantFrom("plugin.yaml", "SKILL.md", "a/b c.txt"))),
  ),
);
const name = fc.stringMatching(/^[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}$/);
const lock: fc.Arbitrary<Lock> = fc
  .dictionary(fc.oneof(name, fc.constant("constructor")), locked)
  .map((plugins) => ({ lockVersion: 1, plugins }));

describe("the lock", () => {
  it("is the same after it was printed and parsed", () => {
    fc.assert(
      fc.property(lock, (value) => {
        const text = printLock(value);
        expect(parseLock(text, FILE)).toEqual(value);
        expect(printLock(parseLock(text, FILE))).toBe(text);
      }),
    );
  });

  it("has one text, whatever the order of its plugins", () => {
    fc.assert(
      fc.property(lock, (value) => {
        const plugins = Object.fromEntries(Object.entries(value.plugins).toReversed());
        expect(printLock({ plugins, lockVersion: 1 })).toBe(printLock(value));
      }),
    );
  });

  it("is the same with Windows line endings", () => {
    fc.assert(
      fc.property(lock, (value) => {
        expect(parseLock(printLock(value).replaceAll("\n", "\r\n"), FILE)).toEqual(value);
      }),
    );
  });

  it("changes one line when one value changes", () => {
    const before = printLock({
      lockVersion: 1,
      plugins: { github: { source: { type: "registry" }, version: "1.0.0", integrity } },
    });
    const after = printLock({
      lockVersion: 1,
      plugins: { github: { source: { type: "registry" }, version: "1.0.1", integrity } },
    });
    const changed = before.split("\n").filter((line, at) => line !== after.split("\n")[at]);
    expect(changed).toEqual(['      "version": "1.0.0"']);
  });

  it("is sorted JSON with two spaces and a final newline", () => {
    const text = printLock({
      lockVersion: 1,
      plugins: {
        zed: { source: { type: "local", path: "./z" }, integrity },
        abc: { source: { type: "registry" }, integrity },
      },
    });
    expect(text).toBe(`{
  "lockVersion": 1,
  "plugins": {
    "abc": {
      "integrity": "${integrity}",
      "source": {
        "type": "registry"
      }
    },
    "zed": {
      "integrity": "${integrity}",
      "source": {
        "path": "./z",
        "type": "local"
      }
    }
  }
}
`);
  });
});

describe("a lock with problems", () => {
  it("has all of them reported, with places, and is an integrity failure", () => {
    const text = `{
  "lockVersion": 1,
  "plugins": {
    "../x": { "source": { "type": "registry" }, "integrity": "${integrity}" },
    "github": { "source": { "type": "git" }, "integrity": "md5-1", "commit": "abc", "files": ["../../etc/passwd"] },
    "tool": { "integrity": "${integrity}", "sources": {} }
  }
}
`;
    expect(thrownBy(() => parseLock(text, FILE)).exitCode).toBe(13);
    expect(report(() => parseLock(text, FILE))).toMatchInlineSnapshot(`
      "E_LOCK cannot use atk.lock: plugins."../x": expected a name of lower-case letters, digits and single dashes, 2 to 64 characters, beginning with a letter, found "../x" (and 5 more problems)
      atk.lock:4:13: plugins."../x": expected a name of lower-case letters, digits and single dashes, 2 to 64 characters, beginning with a letter, found "../x"
      atk.lock:5:27: plugins.github.source: \`url\` is missing
      atk.lock:5:59: plugins.github.integrity: expected sha256- and 64 hex digits, found "md5-1"
      atk.lock:5:78: plugins.github.commit: expected a commit id of 40 or 64 hex digits, found "abc"
      atk.lock:5:95: plugins.github.files.0: expected a relative path with forward slashes and without \`..\`, found "../../etc/passwd"
      atk.lock:6:114: plugins.tool.sources: unknown key; expected one of source, integrity, version, commit, packageIntegrity, files, archiveSha256, imageDigest, origin, maturity, signer, programs, tools, approval
          did you mean \`source\`?"
    `);
  });

  it("that is a merge conflict is called so", () => {
    const text = `{\n  "lockVersion": 1,\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n  "plugins": {}\n}\n`;
    expect(report(() => parseLock(text, FILE))).toContain("atk.lock:3:1: unresolved merge conflict");
  });

  it("that has a plugin twice is refused, where plain JSON would keep the last in silence", () => {
    const entry = `{ "source": { "type": "registry" }, "integrity": "${integrity}" }`;
    const text = `{ "lockVersion": 1, "plugins": {\n  "github": ${entry},\n  "github": ${entry} } }`;
    expect(report(() => parseLock(text, FILE))).toContain(
      'atk.lock:3:3: plugins.github: the key "github" stands twice',
    );
  });

  it("of a newer atk says so", () => {
    const error = thrownBy(() => parseLock('{ "lockVersion": 2, "plugins": [] }', FILE));
    expect(error.message).toContain("the lock was written by a newer atk");
    expect(error.hint).toContain("npm install -g atk-cli");
  });

  it.each([
    ["", "atk.lock:1:1: the file is empty"],
    ["[]", "atk.lock:1:1: the lock must be a JSON object"],
    ["{", "not valid JSON"],
    ['{ "lockVersion": 1, // no\n "plugins": {} }', "atk.lock:1:21: not valid JSON"],
    ['{ "lockVersion": 1 }', "`plugins` is missing"],
    ['{ "plugins": {} }', "`lockVersion` is missing"],
    ['{ "lockVersion": "1", "plugins": {} }', "lockVersion: expected"],
  ])("%j is refused with what is wrong and a next step", (text, message) => {
    expect(report(() => parseLock(text, FILE))).toContain(message);
    expect(thrownBy(() => parseLock(text, FILE)).hint).toContain("atk lock");
  });
});
