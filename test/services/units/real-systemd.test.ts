import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { Observation } from "../../../src/services/service.ts";
import { createSystemdDriver } from "../../../src/services/units/systemd-driver.ts";
import { systemdTimer, systemdUnit, type UnitWish } from "../../../src/services/units/systemd-unit.ts";
import type { UnitSpec } from "../../../src/services/units/unit-name.ts";
import { SECRET, silent } from "./world.ts";

// It links units into the developer's own systemd and takes them away again, so it has to be asked for: ATK_TEST_SYSTEMD=1.
const isWanted =
  process.env["ATK_TEST_SYSTEMD"] === "1" &&
  spawnSync("systemctl", ["--user", "show", "--property=Version"]).status === 0;

const directory = realpathSync(mkdtempSync(join(tmpdir(), "atk-systemd-")));
const host = createNodeHost({
  env: process.env,
  homeDirectory: homedir(),
  platform: "linux",
});
const driver = createSystemdDriver();
const LIMIT_MS = 20_000;
const linked: string[] = [];

/** A unit of this name, with this text in the plugin's folder. */
function plugin(unit: string, text: string): UnitSpec {
  const unitName = `atk-test-${process.pid}-${unit}`;
  writeFileSync(join(directory, unitName), text);
  linked.push(unitName);
  return {
    plugin: "piper",
    home: "0123abcd",
    directory,
    env: { TOKEN: SECRET },
    ports: [],
    commands: {},
    runDirectory: join(directory, "run"),
    definition: { type: "systemd", unitName },
  };
}

const wish = (rest: Partial<UnitWish>): UnitWish => ({
  name: "piper",
  description: "50% of a test",
  command: ["/bin/sleep", "60"],
  workingDirectory: directory,
  restart: "never",
  stopGraceMs: 1_000,
  ...rest,
});
const service = (name: string, rest: Partial<UnitWish>): UnitSpec =>
  plugin(`${name}.service`, systemdUnit(wish({ name, ...rest })));
const start = (spec: UnitSpec): Promise<void> => driver.start(spec, host, silent);
const observe = (spec: UnitSpec): Promise<Observation> => driver.observe(spec, host, LIMIT_MS);
const words = (spec: UnitSpec): Promise<unknown> => start(spec).catch((error: unknown) => error);

afterAll(() => {
  for (const unit of isWanted ? linked : []) {
    for (const verb of ["stop", "reset-failed", "disable"]) spawnSync("systemctl", ["--user", verb, unit]);
  }
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!isWanted)("with a real systemd", () => {
  it("a generated unit gets its words as they are, and nothing of the plugin's variables", async () => {
    const file = join(directory, "got.json");
    const program = join(directory, "show it.mjs");
    const script = "fs.writeFileSync(process.argv[2], JSON.stringify([process.argv.slice(3), process.env]))";
    writeFileSync(program, `import fs from "node:fs"; ${script}; setInterval(() => {}, 1000);`);
    const args = [
      "",
      ";",
      "two words",
      `it's "quoted"`,
      String.raw`back\slash\\`,
      "$HOME ${HOME} $$",
      "100% %h",
      "a\nb\t",
      "# 🎉",
    ];
    const spec = service("words", { command: [process.execPath, program, file, ...args] });
    await start(spec);
    await expect.poll(() => existsSync(file) && readFileSync(file, "utf8"), { timeout: LIMIT_MS }).toMatch(/\]$/);
    const [got, env] = JSON.parse(readFileSync(file, "utf8")) as [string[], Record<string, string>];
    expect(got).toEqual(args);
    expect(Object.values(env)).not.toContain(SECRET);
    expect(await observe(spec)).toMatchObject({ state: "running", pid: expect.any(Number) });
    await driver.stop(spec, host, silent);
    expect(await observe(spec)).toEqual({ state: "stopped" });
  });

  it("a changed unit file counts from the next start on", async () => {
    const spec = service("changed", {});
    await start(spec);
    await driver.stop(spec, host, silent);
    service("changed", { description: "another" });
    await start(spec);
    const said = execFileSync("systemctl", ["--user", "show", spec.definition.unitName, "--property=Description"]);
    expect(said.toString()).toContain("another");
  });

  it("a unit that fails says why", async () => {
    const exits = plugin("exits.service", "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'exit 3'\n");
    expect(await words(exits)).toMatchObject({ code: "E_SERVICE", message: expect.stringContaining("error code") });
    expect(await observe(exits)).toMatchObject({ state: "failed", detail: "exited with code 3" });
    const absent = service("absent", { command: ["/nowhere/program"] });
    expect(await words(absent)).toMatchObject({ code: "E_SERVICE" });
    expect(await observe(absent)).toMatchObject({ detail: expect.stringContaining("program could not be started") });
    const bad = plugin("bad.service", "[Service]\nExecStart=relative/program\n");
    expect(await words(bad)).toMatchObject({ message: expect.stringContaining("bad unit file setting") });
  });

  it("a unit that ended too often can be started again", async () => {
    const spec = plugin("often.service", "[Service]\nExecStart=/bin/sh -c 'exit 5'\nRestart=always\n");
    await start(spec);
    await expect.poll(async () => (await observe(spec)).state, { timeout: LIMIT_MS }).toBe("failed");
    await start(spec);
  });

  it("a unit whose plugin moved is taken from the new place", async () => {
    const spec = service("moved", {});
    await start(spec);
    await driver.stop(spec, host, silent);
    const elsewhere = join(directory, "elsewhere");
    mkdirSync(elsewhere);
    renameSync(join(directory, spec.definition.unitName), join(elsewhere, spec.definition.unitName));
    const moved = { ...spec, directory: elsewhere };
    execFileSync("systemctl", ["--user", "daemon-reload"]);
    await start(moved);
    expect(await observe(moved)).toMatchObject({ state: "running" });
  });

  it("a unit that nobody has is stopped", async () => {
    const spec = plugin("nobody.service", "");
    rmSync(join(directory, spec.definition.unitName));
    await driver.stop(spec, host, silent);
    expect(await observe(spec)).toEqual({ state: "stopped", detail: "there is no such unit" });
    expect(await words(spec)).toMatchObject({ code: "E_SERVICE" });
  });

  it("a generated timer waits", async () => {
    const name = `atk-test-${process.pid}-tick`;
    const schedule = { everyMinutes: 15 };
    const texts = systemdTimer({ name, description: "t", schedule, command: ["/bin/true"] });
    plugin("tick.service", texts.service);
    const spec = plugin("tick.timer", texts.timer);
    await start(spec);
    expect(await observe(spec)).toMatchObject({ state: "running" });
    await driver.stop(spec, host, silent);
    expect(await observe(spec)).toMatchObject({ state: "stopped" });
  });
});
