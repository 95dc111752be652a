import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Check } from "../../../src/app/doctor/check.ts";
import { CHECKS } from "../../../src/app/doctor/checks.ts";
import { diagnose } from "../../../src/app/doctor/diagnose.ts";
import { AtkError } from "../../../src/core/errors.ts";
import { takePicture } from "../../scenarios/picture.ts";
import { createWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

type MachineCheck = Extract<Check, { about: "machine" }>;

function check(id: string, examine: MachineCheck["examine"]): Check {
  return { id, title: id, about: "machine", examine };
}

const fine = check("fine", async () => [{ state: "ok", detail: "yes" }]);

describe("a diagnosis", () => {
  it("goes on when a check fails, and says so in its place", async () => {
    const broken = check("broken", async () => Promise.reject(new Error("no such thing")));
    const found = await diagnose(
      { host: world.host(), home: await world.context(), online: false },
      { checks: [broken, fine] },
    );
    expect(found.slice(2)).toEqual([
      { id: "broken", title: "broken", state: "warning", detail: "could not be looked at: no such thing" },
      { id: "fine", title: "fine", state: "ok", detail: "yes" },
    ]);
  });

  it("shows an error that a check meets as a problem, with its next step and place", async () => {
    const error = new AtkError("E_FILE", "the state is damaged", { at: { file: "/s.json" }, hint: "mv it away" });
    const found = await diagnose(
      { host: world.host(), home: error, online: false },
      { checks: [check("state", async () => Promise.reject(error))] },
    );
    const problem = { state: "problem", detail: "the state is damaged", fix: "mv it away", at: { file: "/s.json" } };
    expect(found).toEqual([
      { id: "home", title: "Home", ...problem },
      { id: "state", title: "state", ...problem },
    ]);
  });

  it("waits for no check longer than its time limit", async () => {
    const hanging = check("hanging", () => new Promise(() => undefined));
    const options = { checks: [hanging, fine], limitMs: 50 };
    const found = await diagnose({ host: world.host(), home: await world.context(), online: false }, options);
    expect(found.find(({ id }) => id === "hanging")).toMatchObject({
      state: "warning",
      detail: "gave no answer within 0.05 seconds",
    });
    expect(found.find(({ id }) => id === "fine")).toMatchObject({ state: "ok" });
  });

  it("runs all checks at the same time", async () => {
    let meet: (() => void) | undefined;
    const other = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const waits = check("waits", () => other.then(() => [{ state: "ok", detail: "met" }]));
    const meets = check("meets", async () => (meet?.(), []));
    const found = await diagnose(
      { host: world.host(), home: await world.context(), online: false },
      { checks: [waits, meets] },
    );
    expect(found.at(-1)).toMatchObject({ id: "waits", detail: "met" });
  });

  it("looks at the machine although there is no home", async () => {
    const home = new AtkError("E_NO_HOME", "ATK Home not initialised");
    const found = await diagnose({ host: world.host(), home, online: false });
    expect(found[0]).toMatchObject({ id: "home", state: "problem", fix: "atk init" });
    expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(["git", "node", "folders", "isolation"]));
    expect(found.map(({ id }) => id)).not.toContain("manifest");
  });

  it("names every mistake of a manifest that cannot be read, and still looks at the home", async () => {
    world.write(".atk/atk.yaml", `schema_version: "2026-11-21"\nagents: [nobody]\nplugin: []\n`);
    const found = await world.findings();
    const mistakes = found.filter(({ id }) => id === "manifest");
    expect(mistakes.length).toBeGreaterThan(1);
    expect(mistakes[0]).toMatchObject({ state: "problem", at: { file: join(world.atk, "atk.yaml"), line: 2 } });
    expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(["state", "permissions", "git"]));
    expect(found.map(({ id }) => id)).not.toContain("lock");
  });

  it("writes nothing", async () => {
    const before = takePicture(world.home, { times: true });
    await world.findings();
    expect(takePicture(world.home, { times: true })).toEqual(before);
  });

  it("finds nothing wrong with a home that was just made", async () => {
    const found = await world.findings();
    expect(found.filter(({ state }) => state === "problem")).toEqual([]);
    rmSync(join(world.atk, "atk.yaml"));
    await expect(world.context()).rejects.toMatchObject({ code: "E_NO_HOME" });
  });
});

describe("the checks", () => {
  it("have ids and titles of their own", () => {
    for (const key of ["id", "title"] as const) {
      const all = CHECKS.map((each) => each[key]);
      expect(all).toEqual([...new Set(all)]);
    }
  });
});
