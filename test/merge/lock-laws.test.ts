import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, type Json } from "../../src/core/json.ts";
import { parseLock, printLock } from "../../src/manifest/lock-file.ts";
import type { Lock, LockedPlugin } from "../../src/manifest/lock.ts";
import type { Source } from "../../src/manifest/manifest.ts";
import { mergeText } from "../../src/merge/merge-text.ts";

const runs = { numRuns: Number(process.env["ATK_RUNS"] ?? 200) };
const NAMES = ["github", "memory", "sentry", "figma"] as const;
const digest = (sign: string) => `sha256-${sign.repeat(64)}`;

const sources = fc.constantFrom<Source>(
  { type: "registry" },
  { type: "registry", version: "2.0.0" },
  { type: "git", url: "https://git.example/x", ref: "v1" },
);

const approval = fc.record({
  by: fc.constantFrom("ada@laptop", "ada@server"),
  at: fc.constantFrom("2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z"),
  digest: fc.constant(digest("a")),
  grants: fc.constant(["reads A"]),
});

/** An entry as a machine leaves it: what was resolved, and what was done with it. */
const entries = fc
  .record({
    source: sources,
    sign: fc.constantFrom("1", "2"),
    approval: fc.option(approval, { nil: undefined }),
    recorded: fc.option(fc.constantFrom("b", "c"), { nil: undefined }),
  })
  .map(({ source, sign, approval: given, recorded }): LockedPlugin => ({
    source,
    integrity: digest(sign),
    ...(recorded === undefined ? {} : { tools: { own: { digest: digest(recorded), count: 1, tokens: 2 } } }),
    ...(given === undefined ? {} : { approval: given }),
  }));

const locks = fc.dictionary(fc.constantFrom(...NAMES), entries, { noNullPrototype: true });
const wanted = fc.dictionary(fc.constantFrom(...NAMES), sources, { noNullPrototype: true });

const print = (plugins: Lock["plugins"]) => printLock({ lockVersion: 1, plugins });

function manifestOf(plugins: Readonly<Record<string, Source>>): string {
  return `plugins:\n${Object.entries(plugins)
    .map(([name, source]) => `  - ${JSON.stringify({ name, source })}\n`)
    .join("")}`;
}

const content = ({ approval: _approval, tools: _tools, ...rest }: LockedPlugin) => canonical(rest as unknown as Json);
const text = (value: unknown) => canonical((value ?? null) as Json);

describe("merging locks", () => {
  it("gives the same, printed as atk prints it, whichever side is ours; the same questions, too", async () => {
    await fc.assert(
      fc.asyncProperty(locks, locks, locks, wanted, async (base, ours, theirs, plugins) => {
        const texts = { base: print(base), ours: print(ours), theirs: print(theirs) };
        const context = { manifest: manifestOf(plugins) };
        const one = await mergeText("lock", texts, {}, context);
        const other = await mergeText("lock", { ...texts, ours: texts.theirs, theirs: texts.ours }, {}, context);
        expect(other.disagreements.map(({ id }) => id)).toEqual(one.disagreements.map(({ id }) => id));
        if (one.disagreements.length === 0) expect(other.text).toBe(one.text);
        expect(print(parseLock(one.text ?? "", "atk.lock").plugins)).toBe(one.text);
      }),
      runs,
    );
  });

  it("has only content that a side had, with an approval and tools that a side had for exactly this content", async () => {
    await fc.assert(
      fc.asyncProperty(locks, locks, locks, wanted, async (base, ours, theirs, plugins) => {
        const texts = { base: print(base), ours: print(ours), theirs: print(theirs) };
        if (texts.ours === texts.theirs || texts.base === texts.ours || texts.base === texts.theirs) return;
        const merged = await mergeText("lock", texts, {}, { manifest: manifestOf(plugins) });
        for (const [name, entry] of Object.entries(parseLock(merged.text ?? "", "atk.lock").plugins)) {
          expect(text(entry.source)).toBe(text(plugins[name]));
          const same = [ours[name], theirs[name]].filter(
            (side) => side !== undefined && content(side) === content(entry),
          );
          expect(same).not.toEqual([]);
          if (entry.approval !== undefined)
            expect(same.map((side) => text(side?.approval))).toContain(text(entry.approval));
          if (entry.tools !== undefined) expect(same.map((side) => text(side?.tools))).toContain(text(entry.tools));
        }
      }),
      runs,
    );
  });
});
