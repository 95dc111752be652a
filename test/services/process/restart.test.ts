import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RULES } from "../../../src/services/process/handover.ts";
import { nextMove, NO_RESTARTS, type Restarts } from "../../../src/services/process/next-move.ts";
import { createWorld, useWorlds, type World } from "./world.ts";

useWorlds();

function runs(world: World): number {
  return (world.text("runs") ?? "").split("\n").filter(Boolean).length;
}

describe("a service that ends by itself", () => {
  it("is started again until that was often enough, then left alone as failed with its last exit code", async () => {
    const world = createWorld("echo run >> runs; sleep 0.35; exit 7");
    await world.start();
    await world.until(async () => (await world.observe()).state === "failed");
    expect(runs(world)).toBe(4);
    expect(await world.observe()).toMatchObject({
      restarts: 3,
      detail: "exited with code 7; it was started again 3 times within 600 s, and is left alone now",
    });
    expect(await world.logs()).toMatch(
      /^--- atk: 20\S+: github exited with code 7; it is started again after 0.02 s ---\n/,
    );
  });

  it("with success is left alone, unless it is to run always", async () => {
    const once = createWorld("echo run >> runs; sleep 0.35");
    const always = createWorld("echo run >> runs; sleep 0.35", { definition: { restart: "always" } });
    await Promise.all([once.start(), always.start()]);
    await always.until(() => runs(always) > 1);
    await once.until(async () => (await once.observe()).state === "stopped");
    expect(runs(once)).toBe(1);
    expect((await once.observe()).detail).toBe(
      "exited with code 0 soon after it was started; if it puts itself into the background, use type script",
    );
  });

  it("is not started again when that is not wished", async () => {
    const world = createWorld("echo run >> runs; sleep 0.35; kill -SEGV $$", { definition: { restart: "never" } });
    await world.start();
    await world.until(async () => (await world.observe()).state === "failed");
    expect(runs(world)).toBe(1);
    expect((await world.observe()).detail).toBe("was ended by SIGSEGV");
  });

  it("that waits for its restart is started at once by start, as it is wished now", async () => {
    const world = createWorld("test -e good && exec sleep 1000; sleep 0.35; exit 1", {
      rules: { firstPauseMs: 30_000 },
    });
    await world.start();
    await world.until(async () => (await world.observe()).detail?.includes("again after"));
    writeFileSync(`${world.directory}/good`, "");
    await world.start();
    expect(await world.observe()).toMatchObject({ state: "running", restarts: 0 });
  });

  it("and left children is started again without them", async () => {
    const world = createWorld(
      "echo run >> runs; test -e port && exit 1; touch port; (trap 'rm port; exit' TERM; while :; do sleep 0.02; done) & sleep 0.35; exit 1",
    );
    await world.start();
    await world.until(() => runs(world) === 2);
    expect(await world.until(async () => (await world.observe()).restarts === 1)).toBe(true);
  });
});

describe("start", () => {
  it("tells the exit code and the last words of a command that ends at once", async () => {
    const world = createWorld("echo starting; echo '\u001b[31mno database\u001b[0m' >&2; exit 3");
    await expect(world.start()).rejects.toMatchObject({
      code: "E_SERVICE",
      message: "cannot start github: it exited with code 3; the last it said:\n  starting\n  no database",
    });
    expect(await world.observe()).toMatchObject({ state: "failed", detail: "exited with code 3" });
  });

  it("says what to do about a command that puts itself into the background", async () => {
    const world = createWorld("(sleep 1000 &) ; exit 0");
    await expect(world.start()).rejects.toMatchObject({ message: expect.stringContaining("use type script") });
  });

  it("does not repeat the words of an earlier run", async () => {
    const world = createWorld("test -e second && exit 1; touch second; echo first run; exit 1");
    await expect(world.start()).rejects.toThrow("first run");
    await expect(world.start()).rejects.toMatchObject({ message: expect.stringContaining("it said nothing") });
  });

  it("refuses a command that is not there, cannot be executed, or has no interpreter", async () => {
    const world = createWorld("", { definition: { command: "no-such-program" } });
    await expect(world.start()).rejects.toMatchObject({ code: "E_PROGRAM" });
    const file = createWorld("", { definition: { command: "./serve.sh", args: [] } });
    await expect(file.start()).rejects.toMatchObject({ code: "E_PROGRAM" });
    writeFileSync(`${file.directory}/serve.sh`, "#!/no/such/interpreter\n");
    chmodSync(`${file.directory}/serve.sh`, 0o755);
    await expect(file.start()).rejects.toMatchObject({
      code: "E_PROGRAM",
      message: expect.stringContaining("interpreter"),
    });
    expect(await file.observe()).toMatchObject({ state: "failed" });
  });

  it("finds the command on the PATH of the plugin's variables, and from the plugin's folder", async () => {
    const world = createWorld("", { definition: { command: "./own", args: ["a b"] }, env: { GREETING: "hello" } });
    writeFileSync(`${world.directory}/own`, '#!/bin/sh\necho "$GREETING $1 $PWD"; exec sleep 1000\n');
    chmodSync(`${world.directory}/own`, 0o755);
    await world.start();
    expect(await world.logs()).toBe(`hello a b ${world.directory}\n`);
  });

  it("refuses a folder that is not there", async () => {
    const world = createWorld("");
    rmSync(world.directory, { recursive: true });
    await expect(world.start()).rejects.toMatchObject({ code: "E_SERVICE" });
  });
});

describe("the pauses between restarts", () => {
  const policy = { restart: "on-failure", maxRestarts: 5, rules: RULES } as const;
  const failed = { ending: { kind: "code", code: 1 }, ranMs: 1_000 } as const;

  function pauses(count: number, stepMs: number, ranMs = 1_000): readonly (number | string)[] {
    let restarts: Restarts = NO_RESTARTS;
    return Array.from({ length: count }, (_, index) => {
      const move = nextMove({ ...failed, ranMs, nowMs: index * stepMs }, policy, restarts);
      if (move.kind === "over") return move.phase;
      restarts = move.restarts;
      return move.pauseMs;
    });
  }

  it("double each time, up to a longest one, until the number within the window is used up", () => {
    expect(pauses(6, 1_000)).toEqual([500, 1_000, 2_000, 4_000, 8_000, "failed"]);
    expect(pauses(8, 200_000)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it("begin with the first one again after a healthy run", () => {
    expect(pauses(3, 200_000, 60_000)).toEqual([500, 500, 500]);
  });
});
