import { describe, expect, it } from "vitest";
import { allowPlugin, carryOver, initialIgnore } from "../../src/git/ignore-file.ts";
import { initialAttributes, withMergeRules } from "../../src/git/attributes-file.ts";
import { printLock } from "../../src/manifest/lock-file.ts";
import type { Lock } from "../../src/manifest/lock.ts";
import { filesOfLock } from "../../src/merge/merge-whole.ts";
import { mergeKindOf, mergeText } from "../../src/merge/merge-text.ts";
import { offerDigest, printRecord } from "../../src/tools/record-text.ts";

describe("a .gitignore that was changed on two machines", () => {
  it("lets in the plugins of both, and the rules for secrets stay last", async () => {
    const base = initialIgnore();
    const [ours, theirs] = [allowPlugin(base, "zebra"), allowPlugin(`${base}*.log\n`, "ape")];
    const { text = "" } = await mergeText("ignore", { base, ours, theirs }, {});
    expect((await mergeText("ignore", { base, ours: theirs, theirs: ours }, {})).text).toBe(text);
    for (const line of ["!plugins/zebra/*", "!plugins/ape/*", "*.log", ".env"])
      expect(text.split("\n")).toContain(line);
    expect(carryOver(text)).toBe(text);
  });

  it("is without the lines that one side took out", async () => {
    const texts = { base: "a\nb\n\nc\n", ours: "a\n\nc\nd\n", theirs: "a\nb\nx\n\nc\n" };
    expect(await mergeText("ignore", texts, {})).toEqual({ text: "a\nx\n\nc\nd\n", disagreements: [] });
  });
});

describe("a file beside the lock", () => {
  const record = (name: string) => {
    const offer = { tools: [{ name }], prompts: [], resources: [], resourceTemplates: [] };
    return { text: printRecord({ server: "s", offer, tokens: {} } as never), digest: offerDigest(offer as never) };
  };

  const lockWith = (digest: string): string => {
    const tools = { s: { digest, count: 1, tokens: 1 } };
    const plugin = { source: { type: "registry" }, integrity: `sha256-${"0".repeat(64)}`, tools } as const;
    return printLock({ lockVersion: 1, plugins: { memory: plugin } } satisfies Lock);
  };

  it("is the one that the merged lock has the digest of", async () => {
    const [base, ours, theirs] = [record("a"), record("b"), record("c")];
    const texts = { base: base.text, ours: ours.text, theirs: theirs.text };
    const path = "atk.lock.d/tools/s.json";
    for (const side of [ours, theirs]) {
      const merged = await mergeText("whole", texts, {}, { path, lock: lockWith(side.digest) });
      expect(merged).toEqual({ text: side.text, disagreements: [] });
    }
    expect(filesOfLock(lockWith(ours.digest))).toEqual([path]);
  });

  it("goes when the merged lock does not need it, and comes back when one side took it away", async () => {
    const path = "atk.lock.d/npm/x@1.0.0-000000000000.json";
    const empty = printLock({ lockVersion: 1, plugins: {} });
    expect(
      (await mergeText("whole", { base: "a", ours: "a", theirs: "a" }, {}, { path, lock: empty })).text,
    ).toBeUndefined();
    const pin = {
      type: "npm",
      package: "x",
      version: "1.0.0",
      integrity: "sha512-x",
      tree: `sha256-${"0".repeat(64)}`,
    } as const;
    const source = { type: "registry" } as const;
    const lock = printLock({
      lockVersion: 1,
      plugins: { memory: { source, integrity: `sha256-${"0".repeat(64)}`, programs: { memory: pin } } },
    });
    expect(await mergeText("whole", { base: "a", ours: undefined, theirs: "a" }, {}, { path, lock })).toEqual({
      text: "a",
      disagreements: [],
    });
  });
});

describe("which files atk merges", () => {
  it.each([
    ["atk.yaml", "manifest"],
    ["atk.lock", "lock"],
    ["secrets.yaml", "secrets"],
    [".gitignore", "ignore"],
    ["atk.lock.d/npm/x.json", "whole"],
    ["plugins/x/plugin.yaml", undefined],
    ["sub/atk.yaml", undefined],
  ] as const)("%s: %s", (path, kind) => expect(mergeKindOf(path)).toBe(kind));
});

describe("the lines of .gitattributes", () => {
  it("come at the end, once, and a line of the user's for the same file counts", () => {
    const own = "*.png binary\n/atk.yaml merge=union\n";
    const text = withMergeRules(own);
    expect(text.startsWith(own)).toBe(true);
    expect(text).not.toContain("/atk.yaml merge=atk");
    expect(text).toContain("/atk.lock merge=atk\n");
    expect(withMergeRules(text)).toBe(text);
    expect(withMergeRules(initialAttributes())).toBe(initialAttributes());
  });
});
