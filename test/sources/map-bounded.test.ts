import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapBounded } from "../../src/sources/map-bounded.ts";

const pause = (durationMs: number): Promise<void> => new Promise((done) => setTimeout(done, durationMs));

describe("work with a bound", () => {
  it("gives results in order, and never has more under way than the bound", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (items, width) => {
        let running = 0;
        const results = await mapBounded(items, width, async (item) => {
          running += 1;
          expect(running).toBeLessThanOrEqual(width);
          await pause(item);
          running -= 1;
          return item * 2;
        });
        expect(results).toEqual(items.map((item) => item * 2));
      }),
      { numRuns: 30 },
    );
  });

  it("begins nothing new after a fault, and has nothing under way when it throws", async () => {
    const begun: number[] = [];
    let running = 0;
    const work = mapBounded([...Array(50).keys()], 4, async (item) => {
      begun.push(item);
      running += 1;
      await pause(item === 2 ? 1 : 15);
      running -= 1;
      if (item === 2) throw new Error("disk full");
    });
    await expect(work).rejects.toThrow("disk full");
    expect(running).toBe(0);
    expect(begun).toEqual([0, 1, 2, 3]);
  });
});
