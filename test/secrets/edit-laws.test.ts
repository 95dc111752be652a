import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dropRequest,
  dropRotate,
  removeSecret,
  setRecipient,
  setRequest,
  setRotate,
  setSecret,
} from "../../src/secrets/edit-secrets.ts";
import { parseSecrets, parseSimple } from "../../src/secrets/parse-secrets.ts";
import { parseYamlSecrets } from "../../src/secrets/parse-yaml.ts";
import type { SecretsFile } from "../../src/secrets/secrets-file.ts";
import { comments, desktop, FILE, name, sealed, sealedAgain, text, thief } from "./texts.ts";

const RUNS = { numRuns: 300 };
const added = { key: thief.public, since: "2026-11-22" };

/** The texts that the fast reader takes, and that no section stands in empty. */
const simple = text.filter((each) => parseSimple(each.replace("\uFEFF", "")) !== undefined);

const plain = (file: SecretsFile) =>
  Object.fromEntries(Object.entries(file).map(([key, map]) => [key, [...map].sort()]));

describe("laws of reading", () => {
  it("the fast reader gives what the YAML reader gives, or nothing", () => {
    fc.assert(
      fc.property(text, (each) => {
        const fast = parseSimple(each.replace("\uFEFF", ""));
        if (fast !== undefined) expect(fast).toEqual(parseYamlSecrets(each, FILE));
      }),
      { numRuns: 1000 },
    );
  });

  it("it agrees with the YAML reader on any damaged text too", () => {
    const damaged = fc
      .tuple(text, fc.nat(), fc.nat({ max: 3 }), fc.string({ unit: "binary", maxLength: 3 }))
      .map(([each, at, cut, put]) => {
        const from = at % (each.length + 1);
        return each.slice(0, from) + put + each.slice(from + cut);
      });
    fc.assert(
      fc.property(damaged, (each) => {
        const fast = parseSimple(each.replace(/^\uFEFF/, ""));
        if (fast !== undefined) expect(plain(fast)).toEqual(plain(parseYamlSecrets(each, FILE)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("laws of editing", () => {
  it("setting a new secret and removing it gives the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(simple, name, async (before, each) => {
        const file = await parseSecrets(before, FILE);
        fc.pre(!file.secrets.has(each) && !file.rotate.has(each));
        expect(await removeSecret(await setSecret(before, each, sealed, FILE), each, FILE)).toBe(before);
      }),
      RUNS,
    );
  });

  it("the same holds for requests and for what is to be rotated", async () => {
    await fc.assert(
      fc.asyncProperty(simple, name, async (before, each) => {
        const { requests, rotate } = await parseSecrets(before, FILE);
        fc.pre(!requests.has(each) && !rotate.has(each));
        expect(await dropRequest(await setRequest(before, each, added, FILE), each, FILE)).toBe(before);
        expect(await dropRotate(await setRotate(before, each, "is old", FILE), each, FILE)).toBe(before);
      }),
      RUNS,
    );
  });

  it("setting changes just that secret; comments and the rest of the bytes survive", async () => {
    await fc.assert(
      fc.asyncProperty(text, name, async (before, each) => {
        const was = await parseSecrets(before, FILE);
        const after = await setSecret(before, each, sealedAgain, FILE);
        const wanted = { ...was, secrets: new Map([...was.secrets, [each, sealedAgain]]) };
        expect(plain(await parseSecrets(after, FILE))).toEqual(plain(wanted));
        expect(comments(after)).toEqual(comments(before));
        expect(await setSecret(after, each, sealedAgain, FILE)).toBe(after);
      }),
      RUNS,
    );
  });

  it("a secret that is there keeps its line, and every other byte of the file stays", async () => {
    await fc.assert(
      fc.asyncProperty(simple, async (before) => {
        const [first] = (await parseSecrets(before, FILE)).secrets.keys();
        fc.pre(first !== undefined);
        const after = await setSecret(before, first ?? "", sealedAgain, FILE);
        const lines = (all: string) => all.split("\n").map((line) => line.replace(/(: )YWd[^ \r]*/, "$1"));
        expect(lines(after)).toEqual(lines(before));
      }),
      RUNS,
    );
  });

  it("the file's comments and other names survive any row of edits", async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(name, { maxLength: 6 }), async (before, edits) => {
        let after = before;
        for (const each of edits) after = await setSecret(after, each, sealed, FILE);
        after = await setRecipient(after, "another", { key: desktop.public }, FILE);
        const [was, is] = [await parseSecrets(before, FILE), await parseSecrets(after, FILE)];
        expect([...is.secrets.keys()].sort()).toEqual([...new Set([...was.secrets.keys(), ...edits])].sort());
        expect(is.requests).toEqual(was.requests);
        expect(comments(after)).toEqual(comments(before));
      }),
      RUNS,
    );
  });
});
