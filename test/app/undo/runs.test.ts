import { describe, expect, it } from "vitest";
import { createContext } from "../../../src/app/context.ts";
import { recordApplied } from "../../../src/app/record-applied.ts";
import { laterRuns, readRuns, type Run } from "../../../src/app/undo/runs.ts";
import { workspaceAt } from "../../../src/app/workspace.ts";
import { createMemoryHost } from "../../../src/host/memory-host.ts";

/** A log of runs; each names the run it undoes, or nothing. */
async function log(...undoes: readonly (number | undefined)[]): Promise<readonly Run[]> {
  const host = createMemoryHost({ files: { "/home/mia/.atk/atk.yaml": "plugins: []\n" } });
  const workspace = await workspaceAt(host, "/home/mia/.atk", { tags: [], clientHomes: {} }, "/home/mia/.atk");
  const context = await createContext(host, workspace, () => undefined, { command: "apply" });
  for (const target of undoes) {
    const event = { label: "x", machine: "box", user: "mia", changes: [], tx: "1" };
    await recordApplied({ ...event, ...(target === undefined ? {} : { undoes: target }) }, context);
  }
  return readRuns(context);
}

const undone = (runs: readonly Run[]): readonly (number | undefined)[] => runs.map(({ undoneBy }) => undoneBy);
const later = (id: number, runs: readonly Run[]): readonly number[] => {
  const run = runs.find((each) => each.id === id);
  return run === undefined ? [] : laterRuns(run, runs).map((each) => each.id);
};

describe("the runs of a log", () => {
  it("are undone by the run that says so", async () => {
    expect(undone(await log(undefined, undefined, 2))).toEqual([undefined, 3, undefined]);
  });

  it("are done again when their undo is undone", async () => {
    expect(undone(await log(undefined, 1, 2))).toEqual([undefined, 3, undefined]);
  });

  it("can be undone again after that", async () => {
    expect(undone(await log(undefined, 1, 2, 3))).toEqual([2, undefined, 4, undefined]);
  });

  it("that cancel each other out are in nobody's way", async () => {
    const runs = await log(undefined, undefined, 2, 3, undefined);
    expect(later(1, runs)).toEqual([5, 2]);
    expect(later(2, runs)).toEqual([5]);
    const back = await log(undefined, undefined, 2);
    expect(later(1, back)).toEqual([]);
  });

  it("that undo something older are in the way of what came between", async () => {
    expect(later(2, await log(undefined, undefined, 1))).toEqual([3]);
  });
});
