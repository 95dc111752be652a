import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSystemdDriver } from "../../../src/services/units/systemd-driver.ts";
import type { UnitSpec } from "../../../src/services/units/unit-name.ts";
import { createWorld, listen, SECRET, silent, specOf, type FakeUnit, type World } from "./world.ts";

const driver = createSystemdDriver({ lookEveryMs: 30 });
const UNIT = "piper.service";
const LIMIT_MS = 30_000;

function piper(world: World, unitName = UNIT): UnitSpec {
  return specOf(world, { type: "systemd", unitName });
}

function withUnit(unit: Partial<FakeUnit> = {}): World {
  const world = createWorld();
  world.change(({ units }) => (units[UNIT] = { active: "inactive", sub: "dead", ...unit }));
  return world;
}

/** The verbs that changed something. */
function changes(world: World): readonly string[] {
  return world
    .calls()
    .filter((call) => !call.includes(" show "))
    .map((call) => call.replace("systemctl --user ", ""));
}

const failure = (world: World, spec = piper(world)): Promise<unknown> =>
  driver.start(spec, world.host, silent).catch((error: unknown) => error);

describe("starting a unit", () => {
  it("links the file of the plugin first, once", async () => {
    const world = createWorld();
    const file = world.write(UNIT, "[Service]\nExecStart=/bin/true\n");
    await driver.start(piper(world), world.host, silent);
    expect(changes(world)).toEqual([`link --force ${file}`, "daemon-reload", `start ${UNIT}`]);
    await driver.stop(piper(world), world.host, silent);
    await driver.start(piper(world), world.host, silent);
    expect(changes(world)).toEqual([`stop ${UNIT}`, `start ${UNIT}`]);
    expect(await driver.observe(piper(world), world.host, LIMIT_MS)).toMatchObject({ state: "running" });
  });

  it("links the service of a timer with it", async () => {
    const world = createWorld();
    const [service, timer] = [world.write("tick.service"), world.write("tick.timer")];
    await driver.start(piper(world, "tick.timer"), world.host, silent);
    expect(changes(world)).toEqual([`link --force ${service} ${timer}`, "daemon-reload", "start tick.timer"]);
  });

  it("leaves the service of a timer alone that systemd knows already", async () => {
    const world = createWorld();
    const timer = world.write("tick.timer");
    world.write("tick.service");
    world.change(({ units }) => (units["tick.service"] = { active: "inactive", sub: "dead" }));
    await driver.start(piper(world, "tick.timer"), world.host, silent);
    expect(changes(world)[0]).toBe(`link --force ${timer}`);
  });

  it("takes the file from where the plugin is now, when its link leads to where it was", async () => {
    const world = withUnit({ load: "not-found", linkedTo: "/home/dev/old/piper.service" });
    const file = world.write(UNIT);
    await driver.start(piper(world), world.host, silent);
    expect(world.machine.units[UNIT]).toMatchObject({ linkedTo: file, active: "active" });
  });

  it("takes a unit that systemd knows already, whatever the plugin's folder has", async () => {
    const world = withUnit();
    world.write(UNIT);
    await driver.start(piper(world, "piper"), world.host, silent);
    expect(changes(world)).toEqual([`start ${UNIT}`]);
  });

  it("has a changed unit file read anew", async () => {
    const world = withUnit({ stale: true });
    await driver.start(piper(world), world.host, silent);
    expect(changes(world)).toEqual(["daemon-reload", `start ${UNIT}`]);
  });

  it("is possible again after too many starts", async () => {
    const world = withUnit({ active: "failed", sub: "failed", result: "start-limit-hit" });
    await driver.start(piper(world), world.host, silent);
    expect(changes(world)).toEqual([`reset-failed ${UNIT}`, `start ${UNIT}`]);
    expect(world.machine.units[UNIT]).toMatchObject({ active: "active" });
  });

  it("passes none of the plugin's variables", async () => {
    const world = createWorld();
    world.write(UNIT);
    await driver.start(piper(world), world.host, silent);
    await driver.observe(piper(world), world.host, LIMIT_MS);
    await driver.logs(piper(world), world.host, { follow: false }, silent);
    await driver.stop(piper(world), world.host, silent);
    expect(world.leaks()).toEqual([]);
  });

  it("names the place where the file should be when there is no such unit", async () => {
    const world = createWorld();
    expect(await failure(world)).toMatchObject({
      code: "E_SERVICE",
      message: expect.stringContaining("there is no unit piper.service"),
      at: { file: join(world.directory, UNIT) },
      hint: expect.stringContaining("~/.config/systemd/user"),
    });
  });

  it("never links a file from outside the plugin", async () => {
    const world = createWorld();
    writeFileSync(join(world.directory, "../outside"), "");
    symlinkSync("../outside", join(world.directory, UNIT));
    expect(await failure(world)).toMatchObject({ code: "E_HOSTILE" });
    expect(changes(world)).toEqual([]);
  });

  it("tells in systemd's words why it failed, without the value of a variable", async () => {
    const world = withUnit({ exits: 3 });
    const error = await failure(world);
    expect(error).toMatchObject({
      code: "E_SERVICE",
      message: expect.stringMatching(/piper could not be started.*\n.*the control process exited with error code/),
      hint: "atk logs piper",
    });
    expect(String(error)).not.toContain(SECRET);
    expect(await driver.observe(piper(world), world.host, LIMIT_MS)).toEqual({
      state: "failed",
      detail: "exited with code 3",
      since: "2026-11-21T10:05:00.000Z",
    });
  });

  it("tells that a unit file has a mistake", async () => {
    const world = withUnit({ load: "bad-setting" });
    expect(await failure(world)).toMatchObject({ message: expect.stringContaining("bad unit file setting") });
    const detail = "its unit file has a mistake";
    expect(await driver.observe(piper(world), world.host, LIMIT_MS)).toEqual({ state: "failed", detail });
  });

  it.each([
    "-H.service",
    "--host=evil",
    "../piper.service",
    "a/b.service",
    "",
    ".service",
    "..",
    "a b",
    "x.mount",
    "x\n",
    "a*",
    "x".repeat(300),
  ])("refuses what is no name of a unit: %j", async (name) => {
    const world = createWorld();
    expect(await failure(world, piper(world, name))).toMatchObject({ code: "E_PLUGIN_INVALID" });
    expect(world.calls()).toEqual([]);
  });

  it.each(["piper", "piper.socket", "backup@home.socket", "org.example.Piper.service", String.raw`a\x2db.target`])(
    "allows the name %s",
    async (name) => {
      const world = createWorld();
      const unit = name === "piper" ? UNIT : name;
      world.change(({ units }) => (units[unit] = { active: "inactive", sub: "dead" }));
      await driver.start(piper(world, name), world.host, silent);
      expect(changes(world)).toEqual([`start ${unit}`]);
    },
  );
});

describe("stopping a unit", () => {
  it("ends it", async () => {
    const world = withUnit({ active: "active", sub: "running" });
    await driver.stop(piper(world), world.host, silent);
    expect(await driver.observe(piper(world), world.host, LIMIT_MS)).toEqual({ state: "stopped" });
  });

  it("does nothing where there is no such unit", async () => {
    const world = createWorld();
    await driver.stop(piper(world), world.host, silent);
    const detail = "there is no such unit";
    expect(await driver.observe(piper(world), world.host, LIMIT_MS)).toEqual({ state: "stopped", detail });
  });
});

describe("a machine on which systemd cannot be asked", () => {
  it.each(["no medium", "no file", "no medium in 256", "not booted"] as const)(
    "is told from a unit that failed: %s",
    async (bus) => {
      const world = withUnit();
      world.change((machine) => (machine.bus = bus));
      const expected = {
        code: "E_SERVICE",
        hint: "loginctl enable-linger $USER, or use a service of type process",
      };
      expect(await failure(world)).toMatchObject(expected);
      await expect(driver.stop(piper(world), world.host, silent)).rejects.toMatchObject(expected);
      await expect(driver.observe(piper(world), world.host, LIMIT_MS)).rejects.toMatchObject(expected);
    },
  );

  it("leaves the state unknown when systemctl does not answer", async () => {
    const world = withUnit();
    world.change((machine) => (machine.bus = "hangs"));
    const detail = "systemctl did not answer";
    expect(await driver.observe(piper(world), world.host, 300)).toEqual({ state: "unknown", detail });
  });

  it.each([
    ["linux", "this system runs without systemd"],
    ["macos", "systemd is on Linux only"],
  ] as const)("has no systemctl, on %s", async (platform, words) => {
    const world = createWorld([], platform);
    const expected = { code: "E_PROGRAM", message: expect.stringContaining(words) };
    expect(await failure(world)).toMatchObject({ ...expected, hint: "use a service of type process" });
  });
});

describe("the log of a unit", () => {
  const withLog = (unit: Partial<FakeUnit> = {}): World => {
    const world = withUnit(unit);
    world.change(({ journal }) => (journal[UNIT] = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`)));
    return world;
  };
  const read = async (world: World, options: { lines?: number; follow?: boolean; signal?: AbortSignal } = {}) => {
    const talk = listen();
    await driver.logs(piper(world), world.host, { follow: false, ...options }, talk);
    return talk.heard();
  };

  it("is all that the journal has, or its last lines", async () => {
    const world = withLog();
    expect((await read(world)).split("\n")).toHaveLength(13);
    expect(await read(world, { lines: 2 })).toBe("line 11\nline 12\n");
  });

  it("is followed until the unit has ended", async () => {
    const world = withLog({ active: "active", sub: "running" });
    const talk = listen();
    const following = driver.logs(piper(world), world.host, { follow: true }, talk);
    await expect.poll(talk.heard, { timeout: LIMIT_MS }).toContain("line 12\n");
    world.change(({ journal }) => journal[UNIT]?.push("goodbye"));
    await expect.poll(talk.heard, { timeout: LIMIT_MS }).toContain("goodbye\n");
    world.change(({ units }) => Object.assign(units[UNIT] ?? {}, { active: "inactive", sub: "dead" }));
    await following;
    expect(talk.heard()).toMatch(/^line 1\n[^]*goodbye\n$/);
  });

  it("is followed until somebody has had enough", async () => {
    const world = withLog({ active: "active", sub: "running" });
    const enough = new AbortController();
    const talk = listen();
    const options = { follow: true, lines: 1, signal: enough.signal };
    const following = driver.logs(piper(world), world.host, options, talk);
    await expect.poll(talk.heard, { timeout: LIMIT_MS }).toBe("line 12\n");
    enough.abort();
    await following;
  });

  it("ends at once for a unit that does not run", async () => {
    expect(await read(withLog(), { follow: true, lines: 1 })).toBe("line 12\n");
  });

  it("tells why the journal cannot be read", async () => {
    const world = withLog();
    world.change((machine) => (machine.noJournal = true));
    await expect(read(world)).rejects.toMatchObject({
      code: "E_SERVICE",
      message: expect.stringContaining("insufficient permissions"),
    });
  });
});
