import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { decide, type Observed, type Verdict } from "../../src/core/decide.ts";

const absent: Observed = { state: "absent" };
const there = (digest: string): Observed => ({ state: "present", digest });
const created = (digest: string) => ({ digest, origin: "created" }) as const;
const adopted = (digest: string) => ({ digest, origin: "adopted" }) as const;

describe("what has to happen follows from three digests", () => {
  const table: readonly [string, Parameters<typeof decide>[0], Verdict][] = [
    [
      "nothing wanted, nothing written: not ours, not seen",
      { wanted: undefined, observed: there("x"), recorded: undefined },
      "noop",
    ],
    ["written once, gone since: forgotten", { wanted: undefined, observed: absent, recorded: created("w") }, "forget"],
    [
      "no longer wanted and as we wrote it: deleted",
      { wanted: undefined, observed: there("w"), recorded: created("w") },
      "delete",
    ],
    [
      "no longer wanted but it was there before atk: let go",
      { wanted: undefined, observed: there("w"), recorded: adopted("w") },
      "forget",
    ],
    [
      "no longer wanted and edited by hand: asked",
      { wanted: undefined, observed: there("x"), recorded: created("w") },
      "drifted",
    ],
    [
      "adopted, edited by hand and no longer wanted: let go",
      { wanted: undefined, observed: there("x"), recorded: adopted("w") },
      "forget",
    ],
    ["wanted and not there: created", { wanted: "d", observed: absent, recorded: undefined }, "create"],
    [
      "wanted, written once, removed by hand: created again",
      { wanted: "d", observed: absent, recorded: created("d") },
      "create",
    ],
    ["wanted and as written: nothing", { wanted: "d", observed: there("d"), recorded: created("d") }, "noop"],
    ["wanted and there before atk came: adopted", { wanted: "d", observed: there("d"), recorded: undefined }, "adopt"],
    [
      "wanted, and somebody made just that of what we wrote: adopted",
      { wanted: "d", observed: there("d"), recorded: created("w") },
      "adopt",
    ],
    [
      "wanted and somebody else's is there: untouched",
      { wanted: "d", observed: there("x"), recorded: undefined },
      "unmanaged",
    ],
    [
      "wanted anew over what we wrote: updated",
      { wanted: "d", observed: there("w"), recorded: created("w") },
      "update",
    ],
    [
      "wanted over a hand edit of what we wrote: asked",
      { wanted: "d", observed: there("x"), recorded: created("w") },
      "drifted",
    ],
  ];
  it.each(table)("%s", (_name, situation, verdict) => {
    expect(decide(situation)).toBe(verdict);
  });

  it("what cannot be read is blocked, whatever is wanted of it", () => {
    const observed: Observed = { state: "blocked", error: new AtkError("E_FORMAT", "broken") };
    expect(decide({ wanted: "d", observed, recorded: undefined })).toBe("blocked");
    expect(decide({ wanted: undefined, observed, recorded: created("w") })).toBe("blocked");
  });
});

const digests = fc.constantFrom("a", "b", "c");
const situations = fc.record({
  wanted: fc.option(digests, { nil: undefined }),
  observed: fc.oneof(fc.constant(absent), digests.map(there)),
  recorded: fc.option(fc.record({ digest: digests, origin: fc.constantFrom("created" as const, "adopted" as const) }), {
    nil: undefined,
  }),
});

describe("laws of the decision", () => {
  it("nothing that atk did not write is ever deleted or overwritten without asking", () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const verdict = decide(situation);
        const foreign =
          situation.observed.state === "present" && situation.observed.digest !== situation.recorded?.digest;
        if (foreign && situation.observed.state === "present" && situation.observed.digest !== situation.wanted) {
          expect(["noop", "unmanaged", "drifted", "forget"]).toContain(verdict);
        }
      }),
    );
  });

  it("after the change was made and recorded there is nothing more to do", () => {
    fc.assert(
      fc.property(situations, ({ wanted, observed, recorded }) => {
        const verdict = decide({ wanted, observed, recorded });
        if (verdict === "drifted" || verdict === "unmanaged") return;
        const after = wanted === undefined ? (verdict === "delete" ? absent : observed) : there(wanted);
        const record = wanted === undefined ? undefined : created(wanted);
        expect(decide({ wanted, observed: after, recorded: record })).toBe("noop");
      }),
    );
  });
});
