import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { composeDriver } from "../../../src/services/containers/compose-driver.ts";
import { dockerDriver } from "../../../src/services/containers/docker-driver.ts";
import { startFakeDaemon, type Asked } from "./fake-daemon.ts";
import { listen, SECRET, specOf } from "./world.ts";

/** Docker's own client, where there is one, against a daemon of ours: it tells whether the command lines are what it takes them for. */
const version = spawnSync("docker", ["--version"], { encoding: "utf8" }).stdout ?? "";
const hasDocker = version.startsWith("Docker version");
const hasCompose = hasDocker && spawnSync("docker", ["compose", "version"]).status === 0;

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-client-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const silent = (): void => undefined;
const NAME = "atk-0123abcd-piper";

function createHost(socket: string) {
  // Without a configuration of the user's, which could name another daemon.
  const env = { PATH: process.env["PATH"], HOME: scratch, DOCKER_CONFIG: scratch, DOCKER_HOST: `unix://${socket}` };
  return createNodeHost({ env, platform: "linux" });
}

describe.skipIf(!hasDocker)("the real client", () => {
  const definition = { type: "docker", image: "redis:7", args: ["--save", "60 1"], volumes: ["data:/data"] } as const;
  const ports = [
    { port: 16379, declared: 6379, protocol: "http" },
    { port: 5353, declared: 53, protocol: "udp" },
  ];

  it("takes every command as it is meant", async () => {
    const socket = join(scratch, "d.sock");
    const daemon = await startFakeDaemon(socket, NAME);
    const host = createHost(socket);
    const spec = specOf({ directory: scratch }, definition, { ports, env: { TOKEN: SECRET } });
    expect(await dockerDriver.observe(spec, host, 20_000)).toEqual({ state: "stopped" });
    await dockerDriver.start(spec, host, silent);
    expect(bodyOf(daemon.asked, "POST /containers/create")).toMatchObject({
      Image: "redis:7",
      Cmd: ["--save", "60 1"],
      Env: [`TOKEN=${SECRET}`],
      Labels: { "dev.atk.home": "0123abcd", "dev.atk.plugin": "piper" },
      HostConfig: {
        Binds: [`${NAME}-data:/data`],
        RestartPolicy: { Name: "unless-stopped" },
        PortBindings: {
          "6379/tcp": [{ HostIp: "127.0.0.1", HostPort: "16379" }],
          "53/udp": [{ HostIp: "127.0.0.1", HostPort: "5353" }],
        },
      },
    });
    const since = "2026-11-21T08:00:00.123Z";
    expect(await dockerDriver.observe(spec, host, 20_000)).toEqual({ state: "running", since, restarts: 2 });
    const talk = listen();
    await dockerDriver.logs(spec, host, { follow: false, lines: 5 }, talk);
    expect(talk.heard().split("\n").sort()).toEqual(["", "careful", "ready"]);
    await dockerDriver.stop(spec, host, silent);
    const said = daemon.asked.map(({ what }) => what).filter((what) => !what.endsWith("/_ping"));
    expect(said).toContain(`POST /containers/create?name=${NAME}`);
    expect(said.find((what) => what.includes("/logs?"))).toContain("tail=5");
    expect(said.slice(-2)).toEqual([
      `POST /containers/${NAME}/stop?t=10`,
      expect.stringMatching(new RegExp(`^DELETE /containers/${NAME}\\?force=1$`)),
    ]);
    await daemon.close();
  });

  it("says that there is no daemon in the words that are looked for", async () => {
    const spec = specOf({ directory: scratch }, definition);
    const expected = { code: "E_SERVICE", message: expect.stringContaining("Docker is not running") };
    const host = createHost(join(scratch, "none.sock"));
    await expect(dockerDriver.observe(spec, host, 20_000)).rejects.toMatchObject(expected);
    await expect(dockerDriver.start(spec, host, silent)).rejects.toMatchObject(expected);
  });

  it.skipIf(hasCompose)("says that it has no compose in the words that are looked for", async () => {
    const spec = specOf({ directory: scratch }, { type: "docker-compose", composeFile: "docker-compose.yml" });
    const host = createHost(join(scratch, "none.sock"));
    // By the label then, which needs the daemon.
    await expect(composeDriver.observe(spec, host, 20_000)).rejects.toMatchObject({
      code: "E_SERVICE",
      message: expect.stringMatching(/could not be asked for: Docker is not running/),
    });
  });
});

describe.skipIf(!hasCompose)("the real compose", () => {
  it("puts the environment before the .env file, and the override over the file", () => {
    const directory = join(scratch, "plugin");
    mkdirSync(join(directory, "custom"), { recursive: true });
    const file = "services:\n  web:\n    image: web:1\n    environment:\n      A: ${A}\n      B: ${B}\n      C: base\n";
    writeFileSync(join(directory, "docker-compose.yml"), file);
    const override = "services:\n  web:\n    environment:\n      C: mine\n";
    writeFileSync(join(directory, "custom/docker-compose.override.yml"), override);
    writeFileSync(join(directory, ".env"), "A=file\nB=file\n");
    const files = ["docker-compose.yml", "custom/docker-compose.override.yml"].map((name) => join(directory, name));
    const global = [
      `--project-name=${NAME}`,
      "--project-directory",
      directory,
      ...files.flatMap((each) => ["-f", each]),
    ];
    const { stdout } = spawnSync("docker", ["compose", ...global, "config", "--format", "json"], {
      encoding: "utf8",
      env: { ...process.env, A: "environment" },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      name: NAME,
      services: { web: { environment: { A: "environment", B: "file", C: "mine" } } },
    });
  });
});

function bodyOf(asked: readonly Asked[], what: string): unknown {
  return asked.find((each) => each.what.startsWith(what))?.body;
}
