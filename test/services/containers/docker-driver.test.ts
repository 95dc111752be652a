import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDockerDriver } from "../../../src/services/containers/docker-driver.ts";
import type { DockerSpec } from "../../../src/services/containers/run-plan.ts";
import { driver, NAME, port, redis, silent } from "./specs.ts";
import { createWorld, listen, SECRET, type World } from "./world.ts";

describe("a container is started", () => {
  it("in the background, with its name, labels, ports on this machine only, volumes and arguments", async () => {
    const world = createWorld();
    const ports = [port(16379, 6379), port(5353, 5353, "udp")];
    const talk = listen();
    await driver.start(
      redis(world, { args: ["--save", "60 1"], volumes: ["data:/data"] }, { ports }),
      world.host,
      talk,
    );
    const [container] = world.engine.containers;
    expect(container).toMatchObject({
      name: NAME,
      image: "redis:7",
      args: ["--save", "60 1"],
      ports: ["127.0.0.1:16379:6379", "127.0.0.1:5353:5353/udp"],
      volumes: [`${NAME}-data:/data`],
      labels: { "dev.atk.home": "0123abcd", "dev.atk.plugin": "piper" },
      restart: "unless-stopped",
      status: "running",
    });
    expect(talk.heard()).toContain(container?.id);
  });

  it("with the plugin's variables and none of atk's own, and no value in a command line", async () => {
    const world = createWorld();
    const env = { TOKEN: SECRET, EMPTY: "", LINES: "a\nb", ATK_HOME: "/home/mia/.atk", "not-a-name": "x" };
    await driver.start(redis(world, {}, { env }), world.host, silent);
    expect(world.engine.containers[0]?.env).toEqual(["EMPTY=", "LINES=a\nb", `TOKEN=${SECRET}`]);
    expect(world.engine.leaks).toEqual([]);
  });

  it("once only: nothing happens when it runs, even if it would be another one now", async () => {
    const world = createWorld();
    await driver.start(redis(world), world.host, silent);
    const { containers } = world.engine;
    world.calls();
    await driver.start(redis(world, { args: ["--save"] }), world.host, silent);
    expect(world.engine.containers).toEqual(containers);
    expect(world.calls()).toEqual([expect.stringContaining("docker container inspect")]);
  });

  it("again as it is when it was stopped by hand, so that what it wrote is still there", async () => {
    const world = createWorld();
    await driver.start(redis(world), world.host, silent);
    const [{ id } = { id: "" }] = world.engine.containers;
    world.change(({ containers }) => containers.forEach((each) => Object.assign(each, { status: "exited" })));
    world.calls();
    await driver.start(redis(world), world.host, silent);
    expect(world.engine.containers).toMatchObject([{ id, status: "running" }]);
    expect(world.calls().at(-1)).toBe(`docker start ${NAME}`);
  });

  it.each([
    ["image", (world: World) => redis(world, { image: "web:1" }, { env: { TOKEN: "one" } })],
    ["arguments", (world: World) => redis(world, { args: ["--save"] }, { env: { TOKEN: "one" } })],
    ["volumes", (world: World) => redis(world, { volumes: ["data:/data"] }, { env: { TOKEN: "one" } })],
    ["ports", (world: World) => redis(world, {}, { env: { TOKEN: "one" }, ports: [port(80)] })],
    ["the value of a variable", (world: World) => redis(world, {}, { env: { TOKEN: "two" } })],
    ["variables", (world: World) => redis(world, {}, { env: { TOKEN: "one", MORE: "1" } })],
  ])("anew when it is stopped and has another %s than before", async (_what, changed) => {
    const world = createWorld();
    await driver.start(redis(world, {}, { env: { TOKEN: "one" } }), world.host, silent);
    const [{ id } = { id: "" }] = world.engine.containers;
    world.change(({ containers }) => containers.forEach((each) => Object.assign(each, { status: "exited" })));
    await driver.start(changed(world), world.host, silent);
    expect(world.engine.containers).toHaveLength(1);
    expect(world.engine.containers[0]?.id).not.toBe(id);
    expect(world.engine.containers[0]?.status).toBe("running");
  });

  it("anew while it is restarted over and over with what it had before", async () => {
    const world = createWorld();
    await driver.start(redis(world), world.host, silent);
    world.change(({ containers }) => containers.forEach((each) => Object.assign(each, { status: "restarting" })));
    await driver.start(redis(world, { args: ["--fixed"] }), world.host, silent);
    expect(world.engine.containers).toMatchObject([{ status: "running", args: ["--fixed"] }]);
  });

  it("by waking it when it is paused", async () => {
    const world = createWorld();
    await driver.start(redis(world), world.host, silent);
    world.change(({ containers }) => containers.forEach((each) => Object.assign(each, { status: "paused" })));
    await driver.start(redis(world), world.host, silent);
    expect(world.engine.containers).toMatchObject([{ status: "running" }]);
  });
});

describe("the label that tells what a container was made from", () => {
  it("holds neither a value nor a plain digest of one", async () => {
    const world = createWorld();
    const labelWith = async (token: string, start = createDockerDriver()) => {
      world.change((engine) => (engine.containers = []));
      await start.start(redis(world, {}, { env: { TOKEN: token } }), world.host, silent);
      return world.engine.containers[0]?.labels["dev.atk.spec"];
    };
    expect(await labelWith("one")).toBe(await labelWith("two"));
    expect(await labelWith("one")).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(await labelWith("one", driver)).toMatch(/^hmac-sha256-[0-9a-f]{64}$/);
    expect(await labelWith("one", driver)).not.toBe(await labelWith("two", driver));
  });
});

describe("volumes", () => {
  it("are named after the plugin, or are folders of it, which are made when they are absent", async () => {
    const world = createWorld();
    mkdirSync(join(world.directory, "config"));
    const volumes = [
      "data:/data",
      "./config:/etc/app:ro",
      "var/log:/log",
      "/etc/hosts:/etc/hosts:ro",
      "/scratch",
      "~/x:/x",
    ];
    await driver.start(redis(world, { volumes }), world.host, silent);
    expect(world.engine.containers[0]?.volumes).toEqual([
      `${NAME}-data:/data`,
      `${world.directory}/config:/etc/app:ro`,
      `${world.directory}/var/log:/log`,
      "/etc/hosts:/etc/hosts:ro",
      "/scratch",
      `${world.host.machine.homeDirectory}/x:/x`,
    ]);
    expect(realpathSync(join(world.directory, "var/log"))).toBe(join(world.directory, "var/log"));
  });

  it.each([
    "../other:/data",
    "./a/../../other:/data",
    "..:/data",
    "./escape:/data",
    "./escape/deep:/data",
    "./lost:/data",
  ])("never lead out of the plugin: %s", async (volume) => {
    const world = createWorld();
    mkdirSync(join(world.directory, "../outside"));
    symlinkSync("../outside", join(world.directory, "escape"));
    symlinkSync("../nowhere", join(world.directory, "lost"));
    const started = driver.start(redis(world, { volumes: [volume] }), world.host, silent);
    await expect(started).rejects.toMatchObject({ code: "E_HOSTILE", message: expect.stringContaining(volume) });
    expect(await world.host.files.list(join(world.directory, "../outside"))).toEqual([]);
    expect(world.engine.containers).toEqual([]);
  });

  it("have a name that an engine allows", async () => {
    const world = createWorld();
    const started = driver.start(redis(world, { volumes: ["-v:/data"] }), world.host, silent);
    await expect(started).rejects.toMatchObject({ code: "E_PLUGIN_INVALID" });
  });
});

describe("a start that fails", () => {
  const failure = (world: World, spec: DockerSpec) =>
    driver.start(spec, world.host, silent).catch((error: unknown) => error);

  it("says that a port is taken, in the engine's words, and stays visible", async () => {
    const world = createWorld();
    world.change((engine) => engine.takenPorts.push("127.0.0.1:8080"));
    const spec = redis(world, {}, { ports: [port(8080)], env: { TOKEN: SECRET } });
    expect(await failure(world, spec)).toMatchObject({
      code: "E_SERVICE",
      message: expect.stringMatching(
        /piper could not be started: a port is taken.*\n.*Bind for 127\.0\.0\.1:8080 failed/s,
      ),
      hint: expect.stringContaining("another port"),
    });
    expect(await driver.observe(spec, world.host, 30_000)).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("port is already allocated"),
    });
    world.change((engine) => (engine.takenPorts = []));
    await driver.start(spec, world.host, silent);
    expect(await driver.observe(spec, world.host, 30_000)).toMatchObject({ state: "running" });
  });

  it("never shows the value of a variable", async () => {
    const world = createWorld();
    const args = [`no-such-program-${SECRET}`];
    const error = await failure(world, redis(world, { args }, { env: { TOKEN: SECRET } }));
    expect(error).toMatchObject({ message: expect.stringContaining("no-such-program-(hidden)") });
    expect(
      JSON.stringify(await driver.observe(redis(world, {}, { env: { TOKEN: SECRET } }), world.host, 30_000)),
    ).not.toContain(SECRET);
  });

  it.each([
    ["docker", "check the name of the image"],
    ["podman", "write the image with its registry"],
  ])("tells what to do when %s cannot have the image", async (program, hint) => {
    const world = createWorld([program]);
    const error = await failure(world, redis(world, { image: "private:1" }));
    expect(error).toMatchObject({ code: "E_SERVICE", hint: expect.stringContaining(hint) });
  });

  it("refuses an image that the client would read as an option", async () => {
    const world = createWorld();
    expect(await failure(world, redis(world, { image: "--privileged" }))).toMatchObject({ code: "E_PLUGIN_INVALID" });
    expect(world.engine.calls).toEqual([]);
  });

  it.each([
    ["down", "linux", "sudo systemctl start docker"],
    ["down in 29", "macos", "start Docker Desktop"],
    ["denied", "linux", "sudo usermod -aG docker $USER"],
    ["denied in 29", "linux", "sudo usermod -aG docker $USER"],
  ] as const)("tells what to do when the daemon is %s", async (daemon, platform, hint) => {
    const world = createWorld(["docker"], platform);
    world.change((engine) => (engine.daemon = daemon));
    const expected = { code: "E_SERVICE", hint: expect.stringContaining(hint) };
    expect(await failure(world, redis(world))).toMatchObject(expected);
    await expect(driver.stop(redis(world), world.host, silent)).rejects.toMatchObject(expected);
    await expect(driver.observe(redis(world), world.host, 30_000)).rejects.toMatchObject(expected);
  });

  it("says how to install an engine when there is none", async () => {
    const world = createWorld([]);
    const expected = { code: "E_PROGRAM", hint: expect.stringContaining("https://docs.docker.com/engine/install/") };
    expect(await failure(world, redis(world))).toMatchObject(expected);
  });
});
