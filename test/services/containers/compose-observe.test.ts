import { describe, expect, it } from "vitest";
import { composeDriver } from "../../../src/services/containers/compose-driver.ts";
import { piper, silent, TWO, withCompose } from "./specs.ts";
import type { FakeContainer, World } from "./world.ts";

const seeIn = (world: World) => composeDriver.observe(piper(world), world.host, 30_000);

type Facts = Partial<FakeContainer>;
/** Facts of web and db, how they are seen, and what a compose before 2.21 cannot tell. */
const SEEN: readonly (readonly [Facts, Facts, object])[] = [
  [{}, {}, { state: "running" }],
  [{ health: "healthy" }, {}, { state: "running" }],
  [{ health: "starting" }, {}, { state: "starting", detail: "web is starting" }],
  [{ health: "unhealthy" }, {}, { state: "unhealthy", detail: "web is unhealthy" }],
  [{ status: "exited", exitCode: 137 }, {}, { state: "failed", detail: "web exited with code 137" }],
  [
    { status: "exited", exitCode: 1 },
    { status: "exited", exitCode: 2 },
    { state: "failed", detail: "web exited with code 1; db exited with code 2" },
  ],
  [
    { status: "exited", exitCode: 137 },
    { health: "unhealthy" },
    { state: "failed", detail: "web exited with code 137" },
  ],
  [{ status: "exited" }, {}, { state: "running", detail: "1 of 2 containers, the others are done" }],
  [{ status: "exited" }, { status: "exited" }, { state: "stopped" }],
  [{ status: "created" }, {}, { state: "starting", detail: "web was created and never started" }],
  [{ status: "created" }, { status: "created" }, { state: "stopped" }],
  [{ status: "paused" }, {}, { state: "unhealthy", detail: "web is paused" }],
  [{ status: "restarting", exitCode: 0 }, {}, { state: "starting", detail: "web is being restarted" }],
];

describe.each(["lines", "array", "none"] as const)("what is seen of a compose project (plugin: %s)", (plugin) => {
  const see = async (web: Facts, db: Facts) => {
    const world = withCompose(TWO);
    await composeDriver.start(piper(world), world.host, silent);
    world.change((engine) => {
      engine.plugin = plugin;
      [web, db].forEach((facts, index) => Object.assign(engine.containers[index] ?? {}, facts));
    });
    return seeIn(world);
  };

  it.each(SEEN)("%j and %j is %j", async (web, db, expected) => {
    expect(await see(web, db)).toMatchObject(expected);
  });

  it("is that it is stopped when there is no container", async () => {
    const world = withCompose();
    world.change((engine) => (engine.plugin = plugin));
    expect(await seeIn(world)).toEqual({ state: "stopped" });
  });
});

describe("what is seen of a compose project", () => {
  it("is failed while a container that ends with an error is restarted over and over", async () => {
    const world = withCompose();
    await composeDriver.start(piper(world), world.host, silent);
    world.change((engine) =>
      engine.containers.forEach((each) => Object.assign(each, { status: "restarting", exitCode: 5 })),
    );
    expect(await seeIn(world)).toEqual({ state: "failed", detail: "web exited with code 5, is being restarted" });
  });

  it("leaves out containers of `docker compose run`", async () => {
    const world = withCompose(TWO);
    await composeDriver.start(piper(world), world.host, silent);
    world.change(({ containers: [web] }) => {
      if (web !== undefined) Object.assign(web, { status: "exited", exitCode: 1 });
      if (web !== undefined) web.labels["com.docker.compose.oneoff"] = "True";
    });
    expect(await seeIn(world)).toEqual({ state: "running" });
  });

  it("is unknown when docker does not answer in time", async () => {
    const world = withCompose();
    world.change((engine) => (engine.daemon = "hangs"));
    expect(await composeDriver.observe(piper(world), world.host, 300)).toEqual({
      state: "unknown",
      detail: "the engine did not answer",
    });
  });

  it("is an error with the next step when the daemon is down", async () => {
    const world = withCompose();
    world.change((engine) => (engine.daemon = "down"));
    const expected = { code: "E_SERVICE", hint: expect.stringContaining("systemctl start docker") };
    await expect(seeIn(world)).rejects.toMatchObject(expected);
    expect(world.calls()).toHaveLength(1);
    await expect(composeDriver.start(piper(world), world.host, silent)).rejects.toMatchObject(expected);
  });
});
