import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, equal, type Json } from "../../src/core/json.ts";
import { clientIds } from "../../src/clients/ids.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";
import { mergeText, type Answers } from "../../src/merge/merge-text.ts";
import { changed, changes, dataOf, manifests, type Change } from "./manifest-arbitrary.ts";

const runs = { numRuns: Number(process.env["ATK_RUNS"] ?? 100) };
const edits = fc.array(changes, { maxLength: 5 });
const edit = (text: string, list: readonly Change[]) => list.reduce(changed, text);
const merge = (base: string, ours: string, theirs: string, answers: Answers = {}) =>
  mergeText("manifest", { base, ours, theirs }, answers);

describe("merging manifests", () => {
  it("gives the same text whichever side is ours, as long as there is no question; with questions the same ones", async () => {
    await fc.assert(
      fc.asyncProperty(manifests, edits, edits, async (base, a, b) => {
        const [ours, theirs] = [edit(base, a), edit(base, b)];
        const [one, other] = [await merge(base, ours, theirs), await merge(base, theirs, ours)];
        expect(other.disagreements.map((each) => ({ ...each, ours: each.theirs, theirs: each.ours }))).toEqual(
          one.disagreements,
        );
        if (one.disagreements.length === 0) expect(other.text).toBe(one.text);
      }),
      runs,
    );
  });

  it("gives back what one side alone has changed, byte for byte, and a merge of a merge changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(manifests, edits, edits, async (base, a, b) => {
        const [ours, theirs] = [edit(base, a), edit(base, b)];
        expect((await merge(base, ours, base)).text).toBe(ours);
        expect((await merge(base, base, theirs)).text).toBe(theirs);
        const { text = "", disagreements } = await merge(base, ours, theirs);
        if (disagreements.length > 0) return;
        expect((await merge(ours, text, ours)).text).toBe(text);
        const again = [await merge(base, text, ours), await merge(base, theirs, text)];
        for (const each of again) {
          expect(each.disagreements).toEqual([]);
          expect(dataOf(each.text ?? "")).toEqual(dataOf(text));
        }
      }),
      runs,
    );
  });

  it("has every change of each side, and no other: each leaf is that of the side that changed it", async () => {
    await fc.assert(
      fc.asyncProperty(manifests, edits, edits, async (base, a, b) => {
        const [ours, theirs] = [edit(base, a), edit(base, b)];
        const { text = "", disagreements } = await merge(base, ours, theirs);
        const [before, left, right, merged] = [base, ours, theirs, text].map((each) => leaves(dataOf(each)));
        if (before === undefined || left === undefined || right === undefined || merged === undefined) return;
        const asked = disagreements.map(({ id }) => id);
        for (const key of new Set([...left.keys(), ...right.keys(), ...before.keys(), ...merged.keys()])) {
          if (asked.some((id) => key === id || key.startsWith(`${id}.`) || id.startsWith(`${key}.`))) continue;
          const [was, one, other, is] = [before, left, right, merged].map((each) => each.get(key));
          if (one === was) expect([key, is]).toEqual([key, other]);
          else if (other === was) expect([key, is]).toEqual([key, one]);
          else expect([key, is]).toEqual([key, one]);
        }
      }),
      runs,
    );
  });

  it("is a manifest that atk accepts, as both sides were", async () => {
    const isAccepted = (text: string) => {
      try {
        return parseManifest(text, "atk.yaml", { clientIds }).manifest !== undefined;
      } catch {
        return false;
      }
    };
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(manifests, edits, edits, async (base, a, b) => {
        const [ours, theirs] = [edit(base, a), edit(base, b)];
        if (!isAccepted(ours) || !isAccepted(theirs)) return;
        accepted += 1;
        const { text = "" } = await merge(base, ours, theirs);
        expect(() => parseManifest(text, "atk.yaml", { clientIds })).not.toThrow();
      }),
      runs,
    );
    expect(accepted).toBeGreaterThan(runs.numRuns / 2);
  });

  it("keeps every comment of what stays", async () => {
    await fc.assert(
      fc.asyncProperty(manifests, edits, edits, async (base, a, b) => {
        const [ours, theirs] = [edit(base, a), edit(base, b)];
        const { text = "" } = await merge(base, ours, theirs);
        const once = (of: string, comment: string) => of.split(comment).length - 1;
        for (const comment of ["# plugins", "# own", "# top", "# the end"]) {
          const least = Math.min(...[base, ours, theirs].map((each) => once(each, comment)));
          expect(once(text, comment)).toBeGreaterThanOrEqual(least > 0 ? 1 : 0);
        }
      }),
      runs,
    );
  });

  it("brings four machines that push in any order to one manifest, with the questions answered by whoever merges", async () => {
    const machine = fc.array(fc.tuple(fc.nat(3), edits), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(manifests, machine, async (start, turns) => {
        let remote = start;
        const machines = [0, 1, 2, 3].map(() => ({ base: start, text: start }));
        const sync = async (at: number) => {
          const { base, text } = machines[at] ?? { base: start, text: start };
          const open = await merge(base, text, remote);
          const answers = Object.fromEntries(
            open.disagreements.map(({ id }, index) => [id, index % 2 === 0 ? "ours" : "theirs"] as const),
          );
          const merged = await merge(base, text, remote, answers);
          expect(merged.disagreements).toEqual([]);
          remote = merged.text ?? "";
          machines[at] = { base: remote, text: remote };
        };
        for (const [at, list] of turns) {
          const machine = machines[at];
          if (machine !== undefined) machine.text = edit(machine.text, list);
          await sync(at);
        }
        for (const at of [3, 1, 0, 2, 0, 1, 2, 3]) await sync(at);
        expect(new Set(machines.map(({ text }) => text)).size).toBe(1);
      }),
      runs,
    );
  });
});

/** Leaves by their place; an item of a list of words is a leaf of its own. */
function leaves(value: Json, place = ""): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (each: Json, at: string): void => {
    const isReference =
      typeof each === "object" &&
      each !== null &&
      !Array.isArray(each) &&
      (equal(each, { env: "X" }) || "secret" in each || ("env" in each && typeof each["env"] === "string"));
    if (at.endsWith(".args") || typeof each !== "object" || each === null || isReference)
      found.set(at, canonical(each));
    else if (!Array.isArray(each))
      for (const [key, inside] of Object.entries(each)) visit(inside, at === "" ? key : `${at}.${key}`);
    else
      for (const item of each as readonly Json[]) {
        const name = typeof item === "object" && item !== null && !Array.isArray(item) ? item["name" as never] : item;
        if (typeof item === "string") found.set(`${at}.${item}`, "there");
        else visit(item, `${at}.${String(name)}`);
      }
  };
  visit(value, place);
  return found;
}
