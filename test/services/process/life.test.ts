import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createWorld, isAlive, useWorlds } from "./world.ts";

useWorlds();

describe("a service of type process", () => {
  it("runs after start, until it is stopped", async () => {
    const world = createWorld("echo listening; exec sleep 1000");
    expect(await world.observe()).toEqual({ state: "stopped" });
    await world.start();
    const { state, pid = 0, restarts } = await world.observe();
    expect({ state, restarts }).toEqual({ state: "running", restarts: 0 });
    expect(isAlive(pid)).toBe(true);
    expect(await world.logs()).toBe("listening\n");
    await world.stop();
    expect(await world.observe()).toMatchObject({ state: "stopped" });
    expect([pid, world.record().supervisor.pid].filter(isAlive)).toEqual([]);
  });

  it("is one service when it is started twice", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    const { pid } = await world.observe();
    await world.start();
    expect((await world.observe()).pid).toBe(pid);
  });

  it("can be stopped when it never ran, and twice", async () => {
    const world = createWorld("exec sleep 1000");
    await world.stop();
    await world.start();
    await world.stop();
    await world.stop();
    expect(await world.observe()).toMatchObject({ state: "stopped" });
  });

  it("keeps what it writes down for the user alone", async () => {
    const world = createWorld("exec sleep 1000");
    await world.start();
    const modes = ["", "state.json", "output.log"].map((name) => statSync(join(world.runDirectory, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });
});
