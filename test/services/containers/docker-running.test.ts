import { describe, expect, it } from "vitest";
import { driver, NAME, port, redis, silent } from "./specs.ts";
import { createWorld, listen, SECRET } from "./world.ts";

describe("a container is stopped", () => {
  it("and removed, without its volumes", async () => {
    const world = createWorld();
    await driver.start(redis(world, { volumes: ["data:/data"] }), world.host, silent);
    world.calls();
    await driver.stop(redis(world), world.host, silent);
    expect(world.engine.containers).toEqual([]);
    expect(world.calls().slice(-2)).toEqual([`docker stop -t 10 ${NAME}`, `docker rm --force ${NAME}`]);
  });

  it("without a word when there is none", async () => {
    const world = createWorld();
    const talk = listen();
    await driver.stop(redis(world), world.host, talk);
    expect(talk.heard()).toBe("");
  });
});

describe("what is seen of a container", () => {
  const see = async (facts: object) => {
    const world = createWorld();
    await driver.start(redis(world), world.host, silent);
    world.change(({ containers }) => containers.forEach((each) => Object.assign(each, facts)));
    return driver.observe(redis(world), world.host, 30_000);
  };

  it("is nothing when there is none", async () => {
    const world = createWorld();
    expect(await driver.observe(redis(world), world.host, 30_000)).toEqual({ state: "stopped" });
  });

  it.each([
    [{}, { state: "running" }],
    [{ health: "healthy" }, { state: "running" }],
    [{ health: "starting" }, { state: "starting" }],
    [
      { health: "unhealthy", restarts: 2 },
      { state: "unhealthy", restarts: 2 },
    ],
    [
      { status: "restarting", exitCode: 1, restarts: 7 },
      { state: "failed", detail: "exited with code 1, is being restarted", restarts: 7 },
    ],
    [
      { status: "restarting", exitCode: 0 },
      { state: "starting", detail: "is being restarted" },
    ],
    [
      { status: "exited", exitCode: 0 },
      { state: "stopped", detail: "exited with code 0" },
    ],
    [
      { status: "exited", exitCode: 137, outOfMemory: true },
      { state: "failed", detail: "exited with code 137, out of memory" },
    ],
    [{ status: "dead", exitCode: 0 }, { state: "failed" }],
    [{ status: "paused" }, { state: "unhealthy", detail: "is paused" }],
    [{ status: "created" }, { state: "stopped", detail: "was created and never started" }],
    [{ status: "removing" }, { state: "stopped", detail: "is removing" }],
    [{ status: "transmuting" }, { state: "unknown", detail: "is transmuting" }],
  ])("of one that is %j is %j", async (facts, expected) => {
    expect(await see(facts)).toMatchObject(expected);
  });

  it("has the moment since when it runs", async () => {
    const { since = "" } = await see({});
    expect(new Date(since).toISOString()).toBe(since);
    expect(await see({ startedAt: "0001-01-01T00:00:00Z" })).not.toHaveProperty("since");
  });

  it("is unknown when the engine does not answer in time", async () => {
    const world = createWorld();
    world.change((engine) => (engine.daemon = "hangs"));
    expect(await driver.observe(redis(world), world.host, 300)).toEqual({
      state: "unknown",
      detail: "docker did not answer",
    });
  });
});

describe("the log of a container", () => {
  it("is all of it, or the last lines", async () => {
    const world = createWorld();
    await driver.start(redis(world), world.host, silent);
    const [all, last] = [listen(), listen()];
    await driver.logs(redis(world), world.host, { follow: false }, all);
    await driver.logs(redis(world), world.host, { follow: false, lines: 1 }, last);
    expect(all.heard()).toBe("hello from redis:7\na warning\n");
    expect(last.heard()).toBe("a warning\n");
  });

  it("is followed until it is enough, or until the container has ended", async () => {
    const world = createWorld();
    await driver.start(redis(world), world.host, silent);
    const enough = new AbortController();
    await driver.logs(redis(world), world.host, { follow: true, signal: enough.signal }, () => enough.abort());
    const talk = listen();
    const ended = driver.logs(redis(world), world.host, { follow: true }, (chunk, stream) => {
      talk(chunk, stream);
      world.change(({ containers }) => containers.forEach((each) => Object.assign(each, { status: "exited" })));
    });
    await ended;
    expect(talk.heard()).toContain("hello");
  });

  it("is refused with E_SERVICE when there is no container", async () => {
    const world = createWorld();
    await expect(driver.logs(redis(world), world.host, { follow: false }, silent)).rejects.toMatchObject({
      code: "E_SERVICE",
      message: expect.stringContaining("No such container"),
      hint: "atk start piper",
    });
  });
});

describe("podman", () => {
  it("is used in the same way where docker is not installed", async () => {
    const world = createWorld(["podman"]);
    const spec = redis(world, { volumes: ["data:/data"] }, { env: { TOKEN: SECRET }, ports: [port(6379)] });
    await driver.stop(spec, world.host, silent);
    await driver.start(spec, world.host, silent);
    expect(await driver.observe(spec, world.host, 30_000)).toMatchObject({ state: "running" });
    await driver.stop(spec, world.host, silent);
    expect(world.engine.containers).toEqual([]);
    expect(world.engine.leaks).toEqual([]);
  });

  it.each([
    ["linux", "systemctl --user start podman.socket"],
    ["macos", "podman machine start"],
  ] as const)("says what to do on %s when its machine is down", async (platform, hint) => {
    const world = createWorld(["podman"], platform);
    world.change((engine) => (engine.daemon = "down"));
    const seen = driver.observe(redis(world), world.host, 30_000);
    await expect(seen).rejects.toMatchObject({ code: "E_SERVICE", hint: expect.stringContaining(hint) });
  });
});
