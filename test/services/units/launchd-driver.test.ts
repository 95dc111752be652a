import { appendFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLaunchdDriver } from "../../../src/services/units/launchd-driver.ts";
import { launchdPlist, type AgentWish } from "../../../src/services/units/launchd-plist.ts";
import type { AgentSpec } from "../../../src/services/units/launch-agent.ts";
import { createWorld, listen, SECRET, silent, specOf, type FakeAgent, type World } from "./world.ts";

const driver = createLaunchdDriver({ lookEveryMs: 10, mostLooks: 5 });
const LABEL = "dev.example.piper";
const GUI = `gui/${process.getuid?.() ?? 0}`;
const LIMIT_MS = 30_000;

/** A Mac with a plugin; `wish` is what its property list says. */
function mac(wish: Partial<AgentWish> | "no list" = {}): World {
  const world = createWorld(["launchctl"], "macos");
  if (wish === "no list") return world;
  const outputFile = join(world.directory, "piper.log");
  const all = { label: LABEL, command: ["/usr/bin/node"], workingDirectory: world.directory, outputFile, ...wish };
  world.write(`${LABEL}.plist`, launchdPlist(all));
  return world;
}

function loaded(agent: FakeAgent): World {
  const world = mac();
  world.change(({ agents }) => (agents[LABEL] = agent));
  return world;
}

function piper(world: World, label = LABEL): AgentSpec {
  return specOf(world, { type: "launchd", label });
}

function changes(world: World): readonly string[] {
  return world
    .calls()
    .filter((call) => !call.startsWith("launchctl print "))
    .map((call) => call.replace("launchctl ", ""));
}

const start = (world: World): Promise<void> => driver.start(piper(world), world.host, silent);
const stop = (world: World): Promise<void> => driver.stop(piper(world), world.host, silent);
const observe = (world: World) => driver.observe(piper(world), world.host, LIMIT_MS);
const failure = (world: World, spec = piper(world)): Promise<unknown> =>
  driver.start(spec, world.host, silent).catch((error: unknown) => error);

describe("starting an agent", () => {
  it("loads the property list of the plugin, once", async () => {
    const world = mac();
    await start(world);
    await start(world);
    expect(changes(world)).toEqual([`bootstrap ${GUI} ${join(world.directory, `${LABEL}.plist`)}`]);
    expect(await observe(world)).toEqual({ state: "running", pid: 4711 });
  });

  it("starts one that is loaded and does not run", async () => {
    const world = loaded({ state: "not running", runs: 1, exit: "0" });
    await start(world);
    expect(changes(world)).toEqual([`kickstart ${GUI}/${LABEL}`]);
  });

  it("starts one that loading alone does not start", async () => {
    const world = mac();
    const list = launchdPlist({ label: LABEL, command: ["/x"], workingDirectory: "/", outputFile: "/dev/null" });
    world.write(`${LABEL}.plist`, list.replace("<true/>", "<false/>"));
    await start(world);
    expect(changes(world)).toEqual([expect.stringContaining("bootstrap"), `kickstart ${GUI}/${LABEL}`]);
    expect(await observe(world)).toMatchObject({ state: "running" });
  });

  it("leaves one that waits for its time alone", async () => {
    const world = mac({ schedule: "daily" });
    await start(world);
    await start(world);
    expect(changes(world)).toEqual([expect.stringContaining("bootstrap")]);
    expect(await observe(world)).toEqual({ state: "running", detail: "waits for its time" });
  });

  it("waits until the label of the last one is free", async () => {
    const world = mac();
    world.change((machine) => (machine.draining = 3));
    await start(world);
    expect(await observe(world)).toMatchObject({ state: "running" });
  });

  it("gives up when the label does not become free, in launchd's words", async () => {
    const world = mac();
    world.change((machine) => (machine.draining = 99));
    expect(await failure(world)).toMatchObject({
      code: "E_SERVICE",
      message: expect.stringContaining("Bootstrap failed: 5: Input/output error"),
    });
  });

  it("waits for one that is being ended", async () => {
    const world = loaded({ state: "SIGTERMed", pid: 12, fades: 2 });
    await start(world);
    expect(await observe(world)).toMatchObject({ state: "running", pid: 4711 });
  });

  it("names the file that is missing", async () => {
    const world = mac("no list");
    const file = join(world.directory, `${LABEL}.plist`);
    expect(await failure(world)).toMatchObject({ code: "E_SERVICE", at: { file } });
  });

  it("tells when the list is of another label", async () => {
    const world = mac({ label: "dev.example.other" });
    expect(await failure(world)).toMatchObject({
      code: "E_SERVICE",
      message: expect.stringContaining("another label"),
    });
  });

  it("never loads a file from outside the plugin", async () => {
    const world = mac("no list");
    writeFileSync(join(world.directory, "../outside"), "");
    symlinkSync("../outside", join(world.directory, `${LABEL}.plist`));
    expect(await failure(world)).toMatchObject({ code: "E_HOSTILE" });
    expect(changes(world)).toEqual([]);
  });

  it.each(["", "-k", "../x", "a/b", "a b", "x".repeat(300)])("refuses the label %j", async (label) => {
    const world = mac();
    expect(await failure(world, piper(world, label))).toMatchObject({ code: "E_PLUGIN_INVALID" });
    expect(world.calls()).toEqual([]);
  });

  it("passes and shows none of the plugin's variables", async () => {
    const world = mac();
    const talk = listen();
    await driver.start(piper(world), world.host, talk);
    const observed = await observe(world);
    await driver.stop(piper(world), world.host, talk);
    expect(world.leaks()).toEqual([]);
    expect(JSON.stringify([observed, talk.heard()])).not.toContain(SECRET);
  });
});

describe("stopping an agent", () => {
  it("waits until it is gone, so that it can be started at once", async () => {
    const world = mac();
    await start(world);
    world.change((machine) => (machine.fading = 3));
    await stop(world);
    expect(world.machine.agents).toEqual({});
    await start(world);
    expect(await observe(world)).toMatchObject({ state: "running" });
  });

  it("does nothing where it is not loaded", async () => {
    const world = mac();
    await stop(world);
    expect(await observe(world)).toEqual({ state: "stopped" });
  });

  it("tells when its process does not end", async () => {
    const world = mac();
    await start(world);
    world.change((machine) => (machine.fading = 99));
    await expect(stop(world)).rejects.toMatchObject({
      code: "E_SERVICE",
      message: "piper could not be stopped: its process does not end",
    });
    expect(await observe(world)).toMatchObject({ state: "running", detail: "is being stopped" });
  });
});

describe("what an agent does", () => {
  it.each<[string, FakeAgent, object]>([
    ["it runs", { state: "running", pid: 7, runs: 1 }, { state: "running", pid: 7 }],
    ["it was started again", { state: "running", pid: 7, runs: 4 }, { state: "running", pid: 7, restarts: 3 }],
    ["it is about to start", { state: "spawn scheduled" }, { state: "starting" }],
    [
      "it ends again and again",
      { state: "spawn scheduled", runs: 3, exit: "78: EX_CONFIG" },
      { state: "starting", detail: "exited with code 78: EX_CONFIG, is started again", restarts: 2 },
    ],
    ["it was never started", { state: "not running" }, { state: "stopped" }],
    [
      "it has ended well",
      { state: "not running", runs: 1, exit: "0" },
      { state: "stopped", detail: "exited with code 0" },
    ],
    ["it failed", { state: "not running", runs: 1, exit: "2" }, { state: "failed", detail: "exited with code 2" }],
    [
      "it was killed",
      { state: "not running", runs: 1, signal: "Killed: 9" },
      { state: "failed", detail: "ended by signal Killed: 9" },
    ],
    [
      "macOS does not let it run",
      { state: "spawn scheduled", runs: 2, reason: "OS_REASON_CODESIGNING" },
      { state: "starting", detail: "ended by macOS: OS_REASON_CODESIGNING, is started again", restarts: 1 },
    ],
    [
      "it waits for its next turn",
      { state: "not running", runs: 58, exit: "0", interval: 180 },
      { state: "running", detail: "waits for its time" },
    ],
    [
      "its last turn failed",
      { state: "not running", runs: 58, exit: "1", calendar: true },
      { state: "failed", detail: "exited with code 1" },
    ],
  ])("%s", async (_, agent, observation) => {
    expect(await observe(loaded(agent))).toEqual(observation);
  });
});

describe("a machine on which launchd cannot be asked", () => {
  it.each(["linux", "windows"] as const)("is %s", async (platform) => {
    const world = createWorld(["launchctl"], platform);
    const expected = { code: "E_SERVICE", message: expect.stringContaining("launchd is on macOS only") };
    expect(await failure(world)).toMatchObject(expected);
    await expect(stop(world)).rejects.toMatchObject(expected);
    await expect(observe(world)).rejects.toMatchObject(expected);
    expect(world.calls()).toEqual([]);
  });

  it("is a Mac without a login at the screen", async () => {
    const world = mac();
    world.change((machine) => (machine.launchd = "no session"));
    const expected = { code: "E_SERVICE", hint: "log in at the screen, or use a service of type process" };
    expect(await failure(world)).toMatchObject(expected);
    await expect(stop(world)).rejects.toMatchObject(expected);
  });

  it("has no launchctl on PATH", async () => {
    expect(await failure(createWorld([], "macos"))).toMatchObject({ code: "E_PROGRAM" });
  });

  it("leaves the state unknown when launchctl does not answer", async () => {
    const world = mac();
    world.change((machine) => (machine.launchd = "hangs"));
    const observed = await driver.observe(piper(world), world.host, 300);
    expect(observed).toEqual({ state: "unknown", detail: "launchctl did not answer" });
  });
});

describe.skipIf(process.platform === "win32")("the log of an agent", () => {
  /** With the real tail, which the world's own PATH does not have. */
  const withLog = async (): Promise<World> => {
    const world = mac();
    symlinkSync("/usr/bin/tail", join(world.directory, "../bin/tail"));
    world.write("piper.log", "one\ntwo\nthree\n");
    return world;
  };
  const read = async (world: World, options: { lines?: number; follow?: boolean } = {}): Promise<string> => {
    const talk = listen();
    await driver.logs(piper(world), world.host, { follow: false, ...options }, talk);
    return talk.heard();
  };

  it("is the file that its list names, loaded or not", async () => {
    const world = await withLog();
    expect(await read(world)).toBe("one\ntwo\nthree\n");
    await start(world);
    expect(await read(world, { lines: 2 })).toBe("two\nthree\n");
    await stop(world);
    expect(await read(world, { lines: 1, follow: true })).toBe("three\n");
  });

  it("is followed until the agent is gone", async () => {
    const world = await withLog();
    await start(world);
    const talk = listen();
    const following = driver.logs(piper(world), world.host, { follow: true, lines: 1 }, talk);
    await expect.poll(talk.heard, { timeout: LIMIT_MS }).toBe("three\n");
    appendFileSync(join(world.directory, "piper.log"), "goodbye\n");
    await expect.poll(talk.heard, { timeout: LIMIT_MS }).toBe("three\ngoodbye\n");
    await stop(world);
    await following;
  });

  it("is nowhere when the list names no file", async () => {
    const world = await withLog();
    world.write(`${LABEL}.plist`, "<plist></plist>");
    await expect(read(world)).rejects.toMatchObject({
      code: "E_SERVICE",
      hint: expect.stringContaining("StandardOut"),
    });
  });

  it("is empty before the agent has written anything", async () => {
    const world = mac();
    await expect(read(world)).rejects.toMatchObject({ message: expect.stringContaining("has written nothing yet") });
  });
});
