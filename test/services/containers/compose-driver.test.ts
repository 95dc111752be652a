import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { composeDriver } from "../../../src/services/containers/compose-driver.ts";
import { FILE, NAME, piper, silent, TWO, WEB, withCompose } from "./specs.ts";
import { createWorld, listen, SECRET, type World } from "./world.ts";

const seeIn = (world: World) => composeDriver.observe(piper(world), world.host, 30_000);

describe("a compose project is started", () => {
  it("under a name of its own, from the plugin's folder, while its output is heard", async () => {
    const world = withCompose(TWO);
    const talk = listen();
    await composeDriver.start(piper(world), world.host, talk);
    expect(world.engine.containers.map(({ name, status }) => [name, status])).toEqual([
      [`${NAME}-web-1`, "running"],
      [`${NAME}-db-1`, "running"],
    ]);
    expect(talk.heard()).toContain(`Container ${NAME}-web-1  Started`);
    expect(world.calls().at(-1)).toBe(
      `docker compose --project-name=${NAME} --project-directory ${world.directory} -f ${world.directory}/${FILE} up --detach --remove-orphans`,
    );
  });

  it("with the plugin's variables in the environment, before those of its .env, and in no command line", async () => {
    const world = withCompose(`${WEB}      OTHER: \${OTHER}\n`);
    world.write(".env", "TOKEN=old\nOTHER=from the file\n");
    await composeDriver.start(piper(world, FILE, { env: { TOKEN: "tok-1234" } }), world.host, silent);
    expect(world.engine.containers[0]?.env).toEqual(["TOKEN=tok-1234", "OTHER=from the file"]);
    world.change((engine) => (engine.secrets = ["tok-1234"]));
    await composeDriver.start(piper(world, FILE, { env: { TOKEN: "tok-1234" } }), world.host, silent);
    expect(world.engine.leaks).toEqual([]);
  });

  it("with the user's own changes on top, when there are any", async () => {
    const world = withCompose();
    world.write("custom/docker-compose.override.yml", "services:\n  web:\n    environment:\n      MORE: '1'\n");
    await composeDriver.start(piper(world), world.host, silent);
    expect(world.engine.containers[0]?.env).toEqual(["TOKEN=none", "MORE=1"]);
  });

  it("without what is no longer in its file", async () => {
    const world = withCompose(TWO);
    await composeDriver.start(piper(world), world.host, silent);
    world.write(FILE, WEB);
    await composeDriver.start(piper(world), world.host, silent);
    expect(world.engine.containers.map(({ name }) => name)).toEqual([`${NAME}-web-1`]);
  });

  it.each(["compose.yaml", "compose.yml", "docker-compose.yaml"])(
    "from %s when nothing else was declared",
    async (name) => {
      const world = createWorld();
      world.write(name, WEB);
      await composeDriver.start(piper(world), world.host, silent);
      expect(world.engine.containers).toHaveLength(1);
    },
  );

  it("from a declared file, in whatever folder of the plugin", async () => {
    const world = createWorld();
    world.write("deploy/stack.yml", WEB);
    await composeDriver.start(piper(world, "deploy/stack.yml"), world.host, silent);
    expect(world.engine.containers).toHaveLength(1);
  });
});

describe("a compose file", () => {
  const failure = (world: World, file?: string) =>
    composeDriver.start(piper(world, file), world.host, silent).catch((error: unknown) => error);

  it("that is absent makes the plugin invalid, and the path is told", async () => {
    const world = createWorld();
    const at = { file: join(world.directory, FILE) };
    expect(await failure(world)).toMatchObject({
      code: "E_PLUGIN_INVALID",
      at,
      message: expect.stringContaining(at.file),
    });
    world.write("compose.yaml", WEB);
    expect(await failure(world, "stack.yml")).toMatchObject({ code: "E_PLUGIN_INVALID" });
  });

  it("cannot be a folder", async () => {
    const world = createWorld();
    mkdirSync(join(world.directory, FILE));
    expect(await failure(world)).toMatchObject({ code: "E_PLUGIN_INVALID" });
  });

  it.each(["../stack.yml", "/etc/stack.yml", "a/../../stack.yml", "link.yml"])(
    "is never outside of the plugin: %s",
    async (file) => {
      const world = createWorld();
      world.write("../stack.yml", WEB);
      symlinkSync("../stack.yml", join(world.directory, "link.yml"));
      expect(await failure(world, file)).toMatchObject({ code: "E_HOSTILE", message: expect.stringContaining(file) });
      expect(world.engine.calls).toEqual([]);
    },
  );

  it("that lacks a variable is told in compose's words", async () => {
    const world = withCompose(WEB.replace(":-none", ":?set it"));
    expect(await failure(world)).toMatchObject({
      code: "E_SERVICE",
      message: expect.stringMatching(
        /piper could not be started: docker compose up ended with 1\n.*TOKEN is missing a value: set it/,
      ),
    });
  });

  it("whose port is taken is told with the next step, and without values of variables", async () => {
    const world = withCompose(`${WEB}    ports: ["127.0.0.1:8080:80"]\n    command: ["\${TOKEN}"]\n`);
    world.change((engine) => engine.takenPorts.push("127.0.0.1:8080"));
    const error = await failure(world);
    expect(error).toMatchObject({ code: "E_SERVICE", hint: expect.stringContaining("another port") });
  });
});

describe("a compose project is stopped", () => {
  it("with all of its containers and none of its volumes", async () => {
    const world = withCompose(TWO);
    await composeDriver.start(piper(world), world.host, silent);
    await composeDriver.stop(piper(world), world.host, silent);
    expect(world.engine.containers).toEqual([]);
    expect(world.calls().at(-1)).toBe(`docker compose --project-name=${NAME} down`);
  });

  it("also when its file was broken or taken away since, or holds less", async () => {
    for (const breakIt of [
      (world: World) => world.write(FILE, ":\n  - {"),
      (world: World) => world.write(FILE, WEB),
      (world: World) => rmSync(join(world.directory, FILE)),
      (world: World) => rmSync(world.directory, { recursive: true }),
    ]) {
      const world = withCompose(TWO);
      await composeDriver.start(piper(world), world.host, silent);
      breakIt(world);
      expect(await seeIn(world)).toEqual({ state: "running" });
      await composeDriver.stop(piper(world), world.host, silent);
      expect(world.engine.containers).toEqual([]);
    }
  });

  it("without an error when it is down", async () => {
    const world = withCompose();
    await composeDriver.stop(piper(world), world.host, silent);
  });
});

describe("the log of a compose project", () => {
  it("is all of it or the last lines of each container, without colours", async () => {
    const world = withCompose(TWO);
    await composeDriver.start(piper(world), world.host, silent);
    const talk = listen();
    await composeDriver.logs(piper(world), world.host, { follow: false, lines: 1 }, talk);
    expect(talk.heard().split("\n").sort()).toEqual(["", "db-1  | a warning", "web-1  | a warning"]);
    expect(world.calls().at(-1)).toContain("logs --no-color --tail=1");
  });

  it("is followed until it is enough", async () => {
    const world = withCompose();
    await composeDriver.start(piper(world), world.host, silent);
    const enough = new AbortController();
    await composeDriver.logs(piper(world), world.host, { follow: true, signal: enough.signal }, () => enough.abort());
  });
});

describe.each([
  ["docker without its plugin, and docker-compose 1", ["docker", "docker-compose"], { plugin: "none" }],
  [
    "docker without its plugin, and docker-compose 2",
    ["docker", "docker-compose"],
    { plugin: "none", standalone: "2.29.7" },
  ],
  ["podman-compose", ["podman", "podman-compose"], {}],
  ["podman compose with docker-compose", ["podman"], { provider: "docker-compose" }],
  ["podman compose with podman-compose", ["podman"], { provider: "podman-compose" }],
] as const)("a compose project with %s", (_what, programs, engine) => {
  it("is started, seen, shown and stopped", async () => {
    const world = withCompose(TWO, programs);
    world.change((now) => Object.assign(now, engine));
    const spec = piper(world, FILE, { env: { TOKEN: SECRET } });
    await composeDriver.start(spec, world.host, silent);
    expect(await composeDriver.observe(spec, world.host, 30_000)).toEqual({ state: "running" });
    world.change(({ containers: [web] }) => Object.assign(web ?? {}, { status: "exited", exitCode: 137 }));
    expect(await seeIn(world)).toEqual({ state: "failed", detail: "web exited with code 137" });
    const talk = listen();
    await composeDriver.logs(spec, world.host, { follow: false }, talk);
    expect(talk.heard()).toContain("hello from web:1");
    await composeDriver.stop(spec, world.host, silent);
    expect(world.engine.containers).toEqual([]);
    expect(await seeIn(world)).toEqual({ state: "stopped" });
    expect(world.engine.leaks).toEqual([]);
  });
});

describe("podman-compose, which ends with 0 although podman has failed,", () => {
  it("is not believed", async () => {
    const world = withCompose(`${WEB}    ports: ["127.0.0.1:8080:80"]\n`, ["podman", "podman-compose"]);
    world.change((engine) => engine.takenPorts.push("127.0.0.1:8080"));
    await expect(composeDriver.start(piper(world), world.host, silent)).rejects.toMatchObject({
      code: "E_SERVICE",
      message: expect.stringContaining("port is already allocated"),
    });
  });
});

describe("without a program for compose files", () => {
  it.each([
    [["docker"], { plugin: "none" }, "https://docs.docker.com/compose/install/"],
    [["podman"], {}, "install podman-compose"],
    [[], {}, "https://docs.docker.com/engine/install/"],
  ] as const)("(%j) a start says how to install one", async (programs, engine, hint) => {
    const world = withCompose(WEB, programs);
    world.change((now) => Object.assign(now, engine));
    const started = composeDriver.start(piper(world), world.host, silent);
    await expect(started).rejects.toMatchObject({ code: "E_PROGRAM", hint: expect.stringContaining(hint) });
  });
});
