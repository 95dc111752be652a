import { describe, expect, it } from "vitest";
import { AtkError } from "../../../src/core/errors.ts";
import { pauses, waitUntilHealthy } from "../../../src/services/health/wait-until-healthy.ts";
import type { Observation } from "../../../src/services/service.ts";

/** A service that goes from one observation to the next with every look, and stays at the last. */
function going(...steps: readonly Observation[]): () => Promise<Observation> {
  let step = 0;
  return async () => steps[Math.min(step++, steps.length - 1)] ?? { state: "unknown" };
}

const options = { name: "openmemory", timeoutMs: 20_000, pollMs: 1 };

describe("waiting until a service is healthy", () => {
  it("ends when it runs, and tells every change on the way once", async () => {
    const told: string[] = [];
    const observe = going(
      { state: "unknown" },
      { state: "starting", detail: "nothing listens on localhost:8787" },
      { state: "starting", detail: "nothing listens on localhost:8787" },
      { state: "unhealthy", detail: "localhost:8787 answered with status 503" },
      { state: "running", pid: 7 },
    );
    const onState = ({ state }: Observation) => void told.push(state);
    expect(await waitUntilHealthy(observe, { ...options, onState })).toEqual({ state: "running", pid: 7 });
    expect(told).toEqual(["unknown", "starting", "unhealthy", "running"]);
  });

  it.each(["failed", "stopped"] as const)("ends at once when it is %s, and says why", async (state) => {
    const observe = going({ state: "starting" }, { state, detail: "exited with code 1" }, { state: "running" });
    await expect(waitUntilHealthy(observe, options)).rejects.toMatchObject({
      code: "E_SERVICE",
      message: `openmemory did not start; it is ${state}: exited with code 1`,
      hint: "atk logs openmemory",
    });
  });

  it("tells what was last seen when the time is up", async () => {
    const observe = going({ state: "starting", detail: "nothing listens on localhost:8787" });
    await expect(waitUntilHealthy(observe, { ...options, timeoutMs: 100 })).rejects.toMatchObject({
      code: "E_SERVICE",
      message: "openmemory was not healthy within 0.1 s; it is still starting: nothing listens on localhost:8787",
    });
  });

  it("does not wait for a look that never ends, and tells it that the time is up", async () => {
    let isTold = false;
    const observe = (signal: AbortSignal) => {
      signal.addEventListener("abort", () => (isTold = true));
      return new Promise<Observation>(() => {});
    };
    await expect(waitUntilHealthy(observe, { ...options, timeoutMs: 100 })).rejects.toThrow(
      "nothing was learned of it",
    );
    expect(isTold).toBe(true);
  });

  it("ends when the caller stops it, in a pause too", async () => {
    const stop = new AbortController();
    const onState = () => stop.abort();
    const waiting = waitUntilHealthy(going({ state: "starting" }), {
      ...options,
      pollMs: 60_000,
      signal: stop.signal,
      onState,
    });
    await expect(waiting).rejects.toMatchObject({ code: "E_INTERRUPTED" });
    const never = waitUntilHealthy(going({ state: "running" }), { ...options, signal: AbortSignal.abort() });
    await expect(never).rejects.toMatchObject({ code: "E_INTERRUPTED" });
  });

  it("hands on what a look throws", async () => {
    const observe = () => Promise.reject(new AtkError("E_PROGRAM", "docker is not there"));
    await expect(waitUntilHealthy(observe, options)).rejects.toMatchObject({ code: "E_PROGRAM" });
  });

  it("looks less and less often, but at least every two seconds", () => {
    const all = pauses(100);
    expect(Array.from({ length: 10 }, () => all.next().value)).toEqual([
      100, 150, 225, 338, 506, 759, 1139, 1709, 2000, 2000,
    ]);
  });
});
