import { describe, expect, it } from "vitest";
import { createWorld, isAlive, useWorlds, type World } from "./world.ts";

useWorlds();

function pidsIn(world: World, name = "pids"): readonly number[] {
  return (world.text(name) ?? "").split(/\s+/).filter(Boolean).map(Number);
}

describe("stop", () => {
  it("asks first, and waits for the end", async () => {
    const world = createWorld("trap 'echo bye > said; exit 0' TERM; echo $$ > pids; while :; do sleep 0.02; done");
    await world.start();
    await world.stop();
    expect(world.text("said")).toBe("bye");
    expect(pidsIn(world).filter(isAlive)).toEqual([]);
  });

  it("ends what ignores it by force after its grace", async () => {
    const world = createWorld("trap '' TERM INT HUP; echo $$ > pids; while :; do sleep 0.02; done", {
      definition: { stopGraceMs: 200 },
    });
    await world.start();
    await world.stop();
    expect(pidsIn(world)).toHaveLength(1);
    expect(pidsIn(world).filter(isAlive)).toEqual([]);
  });

  it("ends a service that is suspended", async () => {
    const world = createWorld("echo $$ > pids; exec sleep 1000");
    await world.start();
    process.kill((await world.observe()).pid ?? 0, "SIGSTOP");
    await world.stop();
    expect(pidsIn(world).filter(isAlive)).toEqual([]);
  });

  it("leaves no child behind", async () => {
    const forks =
      "for i in 1 2 3; do sh -c 'trap \"\" TERM; echo $$ >> pids; while :; do sleep 0.05; done' & done; sleep 1000 & echo $! >> pids; wait";
    const world = createWorld(forks, { definition: { stopGraceMs: 300 } });
    await world.start();
    await world.until(() => pidsIn(world).length === 4);
    await world.stop();
    expect(pidsIn(world).filter(isAlive)).toEqual([]);
  });

  it("ends a supervisor that does not answer, and its service", async () => {
    // Less than nothing, so that the margin beside it is soon over.
    const world = createWorld("echo $$ > pids; exec sleep 1000", { definition: { stopGraceMs: -9_000 } });
    await world.start();
    const { supervisor } = world.record();
    process.kill(supervisor.pid, "SIGSTOP");
    await world.stop();
    expect([supervisor.pid, ...pidsIn(world)].filter(isAlive)).toEqual([]);
    expect(await world.observe()).toMatchObject({ state: "stopped" });
  });

  it("ends the waiting for a restart", async () => {
    const world = createWorld("echo $$ >> pids; sleep 0.4; exit 1", {
      rules: { firstPauseMs: 60_000, longestPauseMs: 60_000 },
    });
    await world.start();
    await world.until(async () => (await world.observe()).detail?.includes("started again after 60 s"));
    await world.stop();
    expect(await world.observe()).toMatchObject({ state: "stopped" });
    expect(pidsIn(world)).toHaveLength(1);
  });

  it("of one that failed leaves it stopped", async () => {
    const world = createWorld("sleep 0.4; exit 3", { definition: { restart: "never" } });
    await world.start();
    await world.until(async () => (await world.observe()).state === "failed");
    await world.stop();
    expect(await world.observe()).toMatchObject({ state: "stopped" });
  });
});

describe("starts and stops that come together", () => {
  it("many starts make one service", async () => {
    const world = createWorld("echo $$ >> pids; exec sleep 1000");
    await Promise.all(Array.from({ length: 8 }, () => world.start()));
    expect(pidsIn(world)).toHaveLength(1);
    expect((await world.observe()).pid).toBe(pidsIn(world)[0]);
  });

  it("starts and stops in any order leave one service or none", async () => {
    const world = createWorld("echo $$ >> pids; exec sleep 1000");
    const acts = [world.start, world.stop, world.start, world.stop, world.start, world.start, world.stop];
    await Promise.allSettled(acts.map((act) => act()));
    await world.start();
    expect(pidsIn(world).filter(isAlive)).toEqual([(await world.observe()).pid]);
    await world.stop();
    expect(pidsIn(world).filter(isAlive)).toEqual([]);
  });
});
